with observations as (
    select
        *,
        'dedicated_server:' || dedicated_server_id as service_key,
        {{ month_of(billing_date('observed_at')) }} as month,
        case when month_traffic >= 0 then month_traffic end as traffic_sum
    from {{ ref('stg_i3d__dedicated_servers_observations') }}
),

steps as (
    select
        *,
        traffic_sum < max(traffic_sum) over (
            partition by service_key, month order by observed_at rows between unbounded preceding and 1 preceding
        ) as is_fall
    from observations
),

server_months as (
    select
        service_key,
        month,
        max(observed_at) as last_observed_at,
        arg_max(traffic_sum, observed_at) as traffic_sum,
        arg_max(month_ingress_traffic, observed_at) as ingress_sum,
        arg_max(month_egress_traffic, observed_at) as egress_sum,
        coalesce(bool_or(is_fall), false) as has_fall
    from steps
    where traffic_sum is not null
    group by service_key, month
)

select * from server_months
