with observations as (
    select
        location_id,
        instance_type,
        observed_at,
        {{ billing_date('observed_at') }} as snapshot_on,
        max(location_name) as location_name,
        sum(commit_count) as commit_count,
        sum(in_use_count) as in_use_count
    from {{ ref('stg_i3d__flexmetal_commits_observations') }}
    group by
        location_id,
        instance_type,
        observed_at
),

last_of_each_day as (
    select * from observations
    qualify row_number() over (partition by location_id, instance_type, snapshot_on order by observed_at desc) = 1
),

fits as (
    select
        *,
        {{ fit_columns('in_use_count', 'snapshot_on', ['location_id', 'instance_type']) }}
    from last_of_each_day
),

capacity_flexmetal_commit as (
    select
        location_id,
        location_name,
        instance_type,
        snapshot_on,
        cast(commit_count as bigint) as commit,
        cast(in_use_count as bigint) as in_use,
        cast(
            case when in_use_count > commit_count then in_use_count - commit_count when in_use_count <= commit_count then 0 end
            as bigint
        ) as overflow,
        cast(commit_count - in_use_count as bigint) as headroom,
        {{ percentage('cast(in_use_count as decimal(18, 6))', 'cast(commit_count as decimal(18, 6))') }} as utilisation_pct,
        {{ forecast_days('in_use_count', 'commit_count') }} as days_to_exhaustion,
        {{ forecast_reason('in_use_count', 'commit_count') }} as reason
    from fits
)

select * from capacity_flexmetal_commit
order by location_id, instance_type, snapshot_on
