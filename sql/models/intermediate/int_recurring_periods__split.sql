with services as (
    select
        *,
        unnest(range(0, cast(date_diff('month', anchor_on, last_period_on) + 1 as bigint))) as period_number
    from {{ ref('int_recurring_services__spanned') }}
    where last_period_on >= anchor_on
),

whole_periods as (
    select
        *,
        {{ add_months('anchor_on', 'period_number') }} as whole_start,
        {{ add_months('anchor_on', 'period_number + 1') }} as whole_end
    from services
),

active_periods as (
    select
        service_key,
        currency_code,
        whole_start,
        whole_end,
        greatest(whole_start, active_from) as period_start,
        least(whole_end, active_until) as period_end,
        greatest(whole_start - days_ahead, first_run_on) as expected_on,
        is_end_unknown and whole_end > last_seen_on + 1 as is_end_unknown
    from whole_periods
    where
        greatest(whole_start, active_from) >= begins_on
        and whole_start <= last_period_on
        and least(whole_end, active_until) > greatest(whole_start, active_from)
        -- What left the list without a date is charged for what had been billed by then.
        and (not is_end_unknown or least(whole_start, greatest(whole_start - days_ahead, first_run_on)) <= last_seen_on)
),

-- Before the first observation the earliest known price holds.
prices as (
    select
        service_key,
        case when lag(valid_from) over versions is null then date '0001-01-01' else valid_from end as valid_from,
        lead(valid_from) over versions as valid_to,
        min(valid_from) over (partition by service_key) as first_seen_on,
        currency_code,
        monthly_price
    from {{ ref('service_price_history') }}
    window versions as (partition by service_key order by valid_from)
),

-- The price of the day of the invoice holds for what follows that day, so only what is charged afterwards can change within.
priced_parts as (
    select
        periods.service_key,
        periods.whole_start,
        periods.whole_end,
        periods.period_start as active_start,
        periods.period_end as active_end,
        greatest(periods.period_start, prices.valid_from) as period_start,
        least(
            periods.period_end, case when prices.valid_to <= periods.expected_on then prices.valid_to end
        ) as period_end,
        periods.expected_on,
        coalesce(prices.currency_code, periods.currency_code) as currency_code,
        prices.monthly_price,
        case
            when prices.monthly_price is null then 'unpriced'
            when least(greatest(periods.period_start, prices.valid_from), periods.expected_on) < prices.first_seen_on
                then 'price_before_first_seen'
            when periods.is_end_unknown then 'end_unknown'
        end as reason
    from active_periods as periods
    left join prices
        on
            periods.service_key = prices.service_key
            and periods.expected_on >= prices.valid_from
            and periods.period_end > prices.valid_from
            and coalesce(least(periods.period_start, periods.expected_on) < prices.valid_to, true)
),

recurring_parts as (
    select
        * exclude (period_start),
        coalesce(period_start, active_start) as period_start
    from priced_parts
    -- What is free is not charged.
    where monthly_price is distinct from 0 and coalesce(period_start, active_start) < period_end
)

select * from recurring_parts
