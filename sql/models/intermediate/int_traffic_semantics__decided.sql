with answers as (
    select
        coalesce(bool_or(answer in ('interval', 'interval_binary')), false) as has_interval,
        coalesce(bool_or(answer in ('rate', 'rate_binary')), false) as has_rate,
        coalesce(bool_or(answer like '%binary'), false) as has_binary
    from {{ ref('int_traffic_semantics__compared') }}
    where answer != 'none'
),

decision as (
    select
        case
            when has_interval and not has_rate then 'interval'
            when has_rate and not has_interval then 'rate'
            else '{{ var("traffic_semantics") }}'
        end as traffic_semantics,
        has_interval != has_rate as is_proved,
        has_binary as is_provider_binary
    from answers
)

select * from decision
