with observations as (
    select * from {{ source('raw_i3d', 'colocations_observations') }}
),

traffic_observations as (
    select
        id as colocation_id,
        {{ utc('observed_at') }} as observed_at,
        case when traffic_sum >= 0 then traffic_sum end as month_traffic,
        case when traffic_sum_month_mbit >= 0 then traffic_sum_month_mbit end as month_p95_mbit
    from observations
)

select * from traffic_observations
