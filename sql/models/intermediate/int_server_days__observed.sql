with servers as (
    select
        dedicated_server_id,
        case
            when is_flexmetal_host then 'flexmetal_server:' || flexmetal_order_id
            else 'dedicated_server:' || dedicated_server_id
        end as service_key,
        coalesce(bandwidth_billing_type = 'p95', false) as is_traffic_in_mbit
    from {{ ref('stg_i3d__dedicated_servers') }}
),

-- An observation that tells no traffic hides none: the next one that does is compared with the last one that did.
observations as (
    select
        *,
        {{ billing_date('observed_at') }} as observed_on,
        lag(month_traffic ignore nulls) over earlier as traffic_before,
        lag(case when month_traffic is not null then observed_at end ignore nulls) over earlier as observed_before_at
    from {{ ref('stg_i3d__dedicated_servers_observations') }}
    window earlier as (partition by dedicated_server_id order by observed_at)
),

-- The provider counts from the begin of each month: a smaller sum, or one of another month, is all new.
increments as (
    select
        servers.service_key,
        servers.is_traffic_in_mbit,
        observations.observed_on,
        observations.cpu_pct,
        observations.month_traffic,
        observations.cpu_pct is not null and observations.month_traffic is not null as is_complete,
        coalesce(list_contains(string_split('{{ var("server_off_words") }}', ', '), observations.status), false) as is_off,
        case
            when observations.traffic_before is null then 0
            when
                observations.month_traffic < observations.traffic_before
                or date_trunc('month', observations.observed_at) > date_trunc('month', observations.observed_before_at)
                then observations.month_traffic
            else observations.month_traffic - observations.traffic_before
        end as new_traffic
    from observations
    inner join servers on observations.dedicated_server_id = servers.dedicated_server_id
),

server_days as (
    select
        service_key,
        observed_on,
        count(*) filter (where is_complete) as observation_count,
        cast(avg(cpu_pct) as decimal(9, 4)) as mean_cpu_pct,
        case when not bool_or(is_traffic_in_mbit) then cast(sum(new_traffic) as hugeint) end as traffic_gb,
        case when bool_or(is_traffic_in_mbit) then max(month_traffic) end as month_mbit,
        bool_and(is_off) as is_off
    from increments
    group by
        service_key,
        observed_on
)

select * from server_days
