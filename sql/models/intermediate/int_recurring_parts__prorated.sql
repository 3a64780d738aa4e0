{{ config(materialized='table') }}

with parts as (
    select
        *,
        active_start = whole_start and active_end = whole_end as is_whole
    from {{ ref('int_recurring_periods__split') }}
),

currencies as (
    select * from {{ ref('int_currencies__listed') }}
),

conventions as (
    select known.convention from (values ('actual'), ('actual30'), ('strict30'), ('none')) as known (convention)
),

-- A period in which the service ran throughout costs its price, whatever the convention.
counted_parts as (
    select
        parts.*,
        conventions.convention,
        case
            when conventions.convention = 'strict30' and not parts.is_whole
                then {{ days_between_of_thirty('parts.period_start', 'parts.period_end') }}
            else parts.period_end - parts.period_start
        end as counted_days,
        case
            when parts.is_whole or conventions.convention = 'actual' then parts.whole_end - parts.whole_start
            when conventions.convention = 'none' then parts.active_end - parts.active_start
            else 30
        end as days_of_whole
    from parts
    cross join conventions
),

prorated_parts as (
    select
        counted_parts.service_key,
        counted_parts.convention,
        counted_parts.period_start,
        counted_parts.period_end,
        counted_parts.active_start,
        counted_parts.active_end,
        counted_parts.is_whole,
        counted_parts.expected_on,
        counted_parts.currency_code,
        counted_parts.monthly_price,
        {{ divide_quantity('counted_parts.counted_days', 'counted_parts.days_of_whole') }} as quantity,
        {{ round_amount(
            product('counted_parts.monthly_price', 'counted_parts.counted_days'), 'counted_parts.days_of_whole',
            'currencies.decimals'
        ) }} as amount,
        counted_parts.reason
    from counted_parts
    left join currencies on counted_parts.currency_code = currencies.currency_code
)

select * from prorated_parts
