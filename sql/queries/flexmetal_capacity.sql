-- asks: How much of each FlexMetal commit and quota is in use today?
with commits as (
    select
        'commit' as kind,
        location_name,
        instance_type,
        commit as capacity,
        in_use,
        headroom,
        utilisation_pct
    from marts.capacity_flexmetal_commit
    qualify row_number() over (partition by location_id, instance_type order by snapshot_on desc) = 1
),

quotas as (
    select
        'quota, ' || quota_type as kind,
        location_name,
        instance_type,
        quota as capacity,
        usage as in_use,
        headroom,
        utilisation_pct
    from marts.capacity_flexmetal_quota
    qualify row_number() over (partition by location_id, instance_type, quota_type, contract_id order by snapshot_on desc) = 1
),

capacity as (
    select * from commits
    union all
    select * from quotas
)

select * from capacity
order by utilisation_pct desc nulls last, location_name asc, instance_type asc, kind asc
