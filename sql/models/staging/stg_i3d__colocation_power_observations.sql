with observations as (
    select * from {{ source('raw_i3d', 'colocation_power_current_observations') }}
),

power_observations as (
    select
        id as colocation_id,
        {{ utc('observed_at') }} as observed_at,
        cast(case when kwh between 0 and 999999999 then kwh end as decimal(18, 6)) as month_to_date_kwh
    from observations
)

select * from power_observations
