with observations as (
    select
        location_id,
        instance_type,
        quota_type,
        contract_id,
        observed_at,
        {{ billing_date('observed_at') }} as snapshot_on,
        max(location_name) as location_name,
        sum(quota_count) as quota_count,
        sum(usage_count) as usage_count
    from {{ ref('stg_i3d__flexmetal_quotas_observations') }}
    group by
        location_id,
        instance_type,
        quota_type,
        contract_id,
        observed_at
),

last_of_each_day as (
    select * from observations
    qualify row_number() over (
        partition by location_id, instance_type, quota_type, contract_id, snapshot_on order by observed_at desc
    ) = 1
),

capacity_flexmetal_quota as (
    select
        location_id,
        location_name,
        instance_type,
        quota_type,
        contract_id,
        snapshot_on,
        cast(quota_count as bigint) as quota,
        cast(usage_count as bigint) as usage,
        cast(quota_count - usage_count as bigint) as headroom,
        {{ percentage('cast(usage_count as decimal(18, 6))', 'cast(quota_count as decimal(18, 6))') }} as utilisation_pct
    from last_of_each_day
)

select * from capacity_flexmetal_quota
order by location_id, instance_type, quota_type, contract_id, snapshot_on
