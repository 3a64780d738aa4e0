{{ config(materialized='table') }}

with clock as (
    select epoch(as_of) as as_of_stamp
    from {{ ref('int_clock__read') }}
),

services as (
    select * from {{ ref('services') }}
),

sampled_services as (
    select
        days.service_key,
        min(days.first_stamp) as first_stamp,
        max(days.last_stamp) as last_stamp
    from {{ ref('int_traffic_days__fingerprinted') }} as days
    semi join {{ ref('int_traffic_ports__chosen') }} as ports
        on days.service_key = ports.service_key and days.uplink_id = ports.uplink_id
    group by days.service_key
),

account as (
    select
        min(first_stamp) as first_stamp,
        max(last_stamp) as last_stamp
    from sampled_services
),

-- A service that has ports and no samples has them missing since the account's first.
spans as (
    select
        services.service_key,
        coalesce(sampled_services.first_stamp, account.first_stamp) as first_stamp,
        greatest(
            case when not services.is_deleted then clock.as_of_stamp else epoch(services.last_seen_at) end,
            coalesce(sampled_services.last_stamp, account.last_stamp)
        ) as last_stamp
    from services
    semi join {{ ref('int_traffic_ports__chosen') }} as ports on services.service_key = ports.service_key
    left join sampled_services on services.service_key = sampled_services.service_key
    cross join account
    cross join clock
),

measured_months as (
    select
        service_key,
        cast(unnest(generate_series(
            {{ month_of_sample('cast(first_stamp as bigint)') }}, {{ month_of_sample('cast(last_stamp as bigint)') }},
            interval 1 month
        )) as date) as month
    from spans
),

observed_months as (
    select
        'dedicated_server:' || dedicated_server_id as service_key,
        {{ month_of(billing_date('observed_at')) }} as month
    from {{ ref('stg_i3d__dedicated_servers_observations') }}
),

months as (
    select * from measured_months
    union
    select * from observed_months
),

active_months as (
    select
        services.service_key,
        services.service_type,
        months.month,
        {{ add_months('months.month', 1) }} as next_month,
        greatest(months.month, services.starts_on) as active_from_on,
        least({{ add_months('months.month', 1) }}, services.cancelled_on) as active_until_on
    from months
    inner join services on months.service_key = services.service_key
    where
        coalesce(services.starts_on < {{ add_months('months.month', 1) }}, true)
        and coalesce(services.cancelled_on > months.month, true)
        and coalesce(services.cancelled_on > services.starts_on, true)
),

settings as (
    select
        service_key,
        max(price_per_mbit) as price_per_mbit,
        max(case when link_mbit > 0 then link_mbit end) as link_mbit,
        max({{ blank_to_null('bandwidth_method') }}) as bandwidth_method,
        max({{ blank_to_null('overuse_rounding') }}) as overuse_rounding
    from {{ ref('contract_terms') }}
    group by service_key
),

-- The terms at the end of the month, or the first ones that a load has seen.
termed_months as (
    select
        active_months.*,
        versions.billing_type,
        case when versions.commit_gb >= 0 then versions.commit_gb end as commit_gb,
        case when versions.commit_mbit >= 0 then versions.commit_mbit end as commit_mbit,
        coalesce(versions.has_free_ingress, false) as has_free_ingress,
        versions.price_per_tb_overuse,
        coalesce(versions.currency_code, 'XXX') as currency_code
    from active_months
    left join {{ ref('int_bandwidth_terms__versioned') }} as versions on active_months.service_key = versions.service_key
    qualify row_number() over (
        partition by active_months.service_key, active_months.month
        order by
            coalesce(versions.valid_from_at < active_months.next_month, false) desc,
            case when versions.valid_from_at < active_months.next_month then versions.valid_from_at end desc nulls last,
            versions.valid_from_at asc
    ) = 1
),

bandwidth_months as (
    select
        termed_months.*,
        settings.price_per_mbit,
        settings.link_mbit,
        coalesce(
            settings.bandwidth_method,
            {{ "'" ~ var('bandwidth_method') ~ "'" if var('bandwidth_method') else 'null' }},
            case when termed_months.has_free_ingress then 'p95_out' else 'p95_of_max' end
        ) as bandwidth_method,
        coalesce(settings.overuse_rounding, '{{ var("overuse_rounding") }}') as overuse_rounding
    from termed_months
    left join settings on termed_months.service_key = settings.service_key
)

select * from bandwidth_months
order by service_key, month
