with observations as (
    select * from {{ source('raw_i3d', 'colocations_observations') }}
),

meter_observations as (
    select
        id as colocation_id,
        {{ utc('observed_at') }} as observed_at,
        cast(case when power_meter between 0 and 999999999 then power_meter end as decimal(18, 6)) as meter_kwh
    from observations
)

select * from meter_observations
