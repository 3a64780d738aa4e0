with services as (
    select * from {{ ref('services') }}
    where is_active and service_type in ('dedicated_server', 'flexmetal_server')
),

days as (
    select * from {{ ref('int_server_days__observed') }}
),

last_days as (
    select
        service_key,
        arg_max(is_off, observed_on) as is_off,
        max(observed_on) as last_observed_on
    from days
    group by service_key
),

full_days as (
    select
        *,
        row_number() over (partition by service_key order by observed_on desc) as age,
        mean_cpu_pct <= {{ var('idle_max_cpu_pct') }}
        -- A percentile tells no volume; where it is below half a Mbit the port is as good as silent.
        and coalesce(traffic_gb <= {{ var('idle_max_gb') }}, month_mbit = 0) as is_quiet
    from days
    where observation_count >= {{ var('idle_min_observations') }}
),

judged as (
    select
        service_key,
        count(*) as days_observed,
        count(*) filter (where is_quiet and age <= {{ var('idle_days') }}) as quiet_days,
        cast(avg(mean_cpu_pct) filter (where age <= {{ var('idle_days') }}) as decimal(9, 4)) as mean_cpu_pct,
        cast(round(avg(traffic_gb) filter (where age <= {{ var('idle_days') }}) * 1000000000) as hugeint) as mean_bytes_per_day
    from full_days
    group by service_key
),

idle_servers as (
    select
        services.service_key,
        case
            when last_days.is_off and (services.monthly_price > 0 or services.service_type = 'flexmetal_server')
                then 'off_but_billed'
            when coalesce(judged.days_observed, 0) < {{ var('idle_days') }} then 'insufficient_data'
            when judged.quiet_days >= {{ var('idle_min_quiet_days') }} then 'idle'
            else 'busy'
        end as verdict,
        coalesce(judged.days_observed, 0) as days_observed,
        judged.quiet_days,
        judged.mean_cpu_pct,
        judged.mean_bytes_per_day,
        services.monthly_price,
        services.currency_code,
        last_days.last_observed_on
    from services
    left join last_days on services.service_key = last_days.service_key
    left join judged on services.service_key = judged.service_key
)

select * from idle_servers
order by service_key
