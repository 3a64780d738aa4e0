with loads as (
    select distinct as_of
    from {{ ref('stg_i3d__load_log') }}
    where table_name = 'flexmetal_instance_types' and status = 'loaded'
),

offers as (
    select * from {{ ref('stg_i3d__flexmetal_instance_types_observations') }}
),

offered_types as (
    select
        location_id,
        instance_type_id,
        arg_max(instance_type, observed_at) as instance_type,
        min(observed_at) as first_offered_at,
        max(observed_at) as last_offered_at,
        count(*) as offered_count
    from offers
    group by
        location_id,
        instance_type_id
),

counts as (
    select
        offered_types.location_id,
        offered_types.instance_type_id,
        offered_types.instance_type,
        offered_types.first_offered_at,
        offered_types.last_offered_at,
        offered_types.offered_count,
        count(*) as snapshot_count
    from offered_types
    inner join loads on offered_types.first_offered_at <= loads.as_of
    group by all
),

flexmetal_availability as (
    select
        location_id,
        instance_type_id,
        instance_type,
        first_offered_at,
        last_offered_at,
        snapshot_count,
        offered_count,
        {{ percentage('cast(offered_count as decimal(18, 6))', 'cast(snapshot_count as decimal(18, 6))') }} as available_pct
    from counts
)

select * from flexmetal_availability
order by location_id, instance_type_id
