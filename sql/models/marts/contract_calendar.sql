with clock as (
    select * from {{ ref('int_clock__read') }}
),

contracts as (
    select
        services.service_key,
        services.contract_ends_on,
        services.cancelled_on,
        services.monthly_price,
        services.currency_code,
        terms.notice_months,
        terms.extension_months,
        -- Without a legible extension the least is assumed.
        coalesce(terms.extension_months, 1) as step,
        services.contract_ends_on + 1 as anchor,
        clock.as_of_on
    from {{ ref('services') }} as services
    inner join {{ ref('int_contracts__unified') }} as terms on services.service_key = terms.service_key
    cross join clock
    where
        services.contract_ends_on is not null
        and not services.is_deleted
        and coalesce(services.cancelled_on > clock.as_of_on, true)
),

ages as (
    select
        *,
        {{ whole_months('anchor', 'as_of_on') }} as months_past_anchor
    from contracts
),

-- Counted from the anchor: the term that runs, and the first whose notice can still be given.
renewals as (
    select
        *,
        {{ steps_to('months_past_anchor + 1', 'step') }} * step as months_to_term_end,
        greatest(
            {{ steps_to('months_past_anchor + 1', 'step') }}, {{ steps_to('months_past_anchor + 1 + notice_months', 'step') }}
        ) * step as months_to_exit
    from ages
),

deadlines as (
    select
        *,
        case
            when cancelled_on is null then {{ add_months('anchor', 'months_to_term_end') }} - 1
            when contract_ends_on >= as_of_on then contract_ends_on
            else cancelled_on - 1
        end as term_ends_on,
        case when cancelled_on is null then {{ add_months('anchor', 'months_to_term_end - notice_months') }} - 1 end
            as last_day_to_cancel_on,
        case
            when cancelled_on is not null then cancelled_on - 1
            when notice_months is not null then {{ add_months('anchor', 'months_to_exit') }} - 1
        end as earliest_exit_on
    from renewals
),

remainders as (
    select
        *,
        {{ whole_months('as_of_on', '(earliest_exit_on + 1)') }} as whole_months
    from deadlines
),

exposures as (
    select
        *,
        {{ add_months('as_of_on', 'whole_months') }} as rest_from
    from remainders
),

contract_calendar as (
    select
        exposures.service_key,
        exposures.contract_ends_on,
        exposures.term_ends_on,
        exposures.last_day_to_cancel_on,
        cast(exposures.last_day_to_cancel_on - exposures.as_of_on as bigint) as days_to_cancel,
        exposures.earliest_exit_on,
        {{ round_amount(
            product(
                'exposures.monthly_price',
                '(exposures.whole_months * day(last_day(exposures.rest_from)) + (exposures.earliest_exit_on + 1 - exposures.rest_from))'
            ), 'day(last_day(exposures.rest_from))', 'currencies.decimals'
        ) }} as exposure_amount,
        exposures.currency_code,
        case
            when exposures.cancelled_on is not null then 'running_out'
            when exposures.last_day_to_cancel_on < exposures.as_of_on then 'missed'
            when exposures.last_day_to_cancel_on - exposures.as_of_on <= 7 then '7'
            when exposures.last_day_to_cancel_on - exposures.as_of_on <= 30 then '30'
            when exposures.last_day_to_cancel_on - exposures.as_of_on <= 60 then '60'
            when exposures.last_day_to_cancel_on - exposures.as_of_on <= 90 then '90'
            when exposures.last_day_to_cancel_on is not null then 'later'
        end as urgency,
        nullif(concat_ws(
            ', ',
            case when exposures.notice_months is null then 'notice_unknown' end,
            case when exposures.extension_months is null then 'extension_assumed_monthly' end,
            case when exposures.monthly_price is null then 'unpriced' end,
            case when currencies.is_scale_unproved then 'currency_scale_unproved' end
        ), '') as reason
    from exposures
    left join {{ ref('int_currencies__listed') }} as currencies on exposures.currency_code = currencies.currency_code
)

select * from contract_calendar
order by service_key
