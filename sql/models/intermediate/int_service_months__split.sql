with clock as (
    select * from {{ ref('int_clock__read') }}
),

services as (
    select
        services.service_key,
        services.currency_code,
        -- What claims to be older than the provider is no date.
        coalesce(
            case when services.starts_on >= date '2000-01-01' then services.starts_on end,
            {{ billing_date('services.first_seen_at') }}
        ) as active_from,
        -- A service that left the list without a date that has come: only the days up to its last sighting are proved.
        case
            when services.is_deleted and coalesce(services.cancelled_on > clock.as_of_on, true)
                then {{ billing_date('services.last_seen_at') }} + 1
            else services.cancelled_on
        end as active_until,
        services.is_deleted and coalesce(services.cancelled_on > clock.as_of_on, true) as is_end_unknown,
        clock.as_of_on
    from {{ ref('services') }} as services
    cross join clock
    where services.service_type != 'flexmetal_server'
),

months as (
    select
        *,
        cast(unnest(generate_series(
            {{ month_of('active_from') }}, {{ month_of('as_of_on') }}, interval 1 month
        )) as date) as month
    from services
),

active_months as (
    select
        service_key,
        currency_code,
        is_end_unknown and active_until <= {{ add_months('month', 1) }} as is_end_unknown,
        month,
        greatest(month, active_from) as period_start,
        least({{ add_months('month', 1) }}, active_until) as period_end
    from months
    where active_from < {{ add_months('month', 1) }} and coalesce(active_until > month, true)
),

prices as (
    select
        service_key,
        valid_from,
        lead(valid_from) over (partition by service_key order by valid_from) as valid_to,
        currency_code,
        monthly_price,
        false as is_assumed
    from {{ ref('service_price_history') }}
    union all
    select
        service_key,
        date '0001-01-01' as valid_from,
        valid_from as valid_to,
        currency_code,
        monthly_price,
        true as is_assumed
    from {{ ref('service_price_history') }}
    qualify row_number() over (partition by service_key order by valid_from) = 1
),

priced_parts as (
    select
        active_months.service_key,
        active_months.month,
        greatest(active_months.period_start, prices.valid_from) as period_start,
        least(active_months.period_end, prices.valid_to) as period_end,
        active_months.period_end - active_months.period_start as active_days,
        active_months.period_end - active_months.period_start = day(last_day(active_months.month)) as is_whole_month,
        coalesce(prices.currency_code, active_months.currency_code) as currency_code,
        prices.monthly_price,
        case
            when prices.monthly_price is null then 'unpriced'
            when prices.is_assumed then 'price_before_first_seen'
            when active_months.is_end_unknown then 'end_unknown'
        end as reason
    from active_months
    left join prices
        on
            active_months.service_key = prices.service_key
            and active_months.period_end > prices.valid_from
            and coalesce(active_months.period_start < prices.valid_to, true)
),

service_month_parts as (
    select
        service_key,
        month,
        period_start,
        period_end,
        currency_code,
        monthly_price,
        cast({{ counted_days('period_start', 'period_end', 'is_whole_month') }} as bigint) as counted_days,
        cast({{ days_of_whole('month', 'active_days', 'is_whole_month') }} as bigint) as days_of_whole,
        reason
    from priced_parts
)

select * from service_month_parts
