-- operation: create_flexmetal_server
-- does: lists a server to order for each committed instance type that is used to 90 % or more, for somebody to decide
-- plan only: yes
with newest as (
    select *
    from marts.capacity_flexmetal_commit
    qualify row_number() over (partition by location_id, instance_type order by snapshot_on desc) = 1
),

systems as (
    select min(slug) as slug
    from raw_i3d.operating_systems
    where available_for_flex_metal = 1 and slug ilike 'ubuntu%'
),

keys as (
    select list(uuid order by uuid) as ssh_key
    from raw_i3d.ssh_keys
    where not is_deleted
)

select
    locations.name as location,
    newest.instance_type,
    struct_pack(slug := systems.slug) as os,
    keys.ssh_key,
    lower(regexp_replace('extra ' || locations.name || ' ' || newest.instance_type, '[^A-Za-z0-9]+', '-', 'g')) as name
from newest
inner join raw_i3d.flexmetal_locations as locations on newest.location_id = locations.id
cross join systems
cross join keys
where newest.utilisation_pct >= 90
order by locations.name, newest.instance_type
