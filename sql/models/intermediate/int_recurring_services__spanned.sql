with clock as (
    select * from {{ ref('int_clock__read') }}
),

habits as (
    select * from {{ ref('int_billing_habits__inferred') }}
    where charge_kind = 'recurring'
),

-- The term of a server is how many days before a period its invoice comes; that of the others is the time to pay.
lead_days as (
    select
        'dedicated_server:' || dedicated_server_id as service_key,
        case when invoice_lead_days between 0 and 366 then invoice_lead_days end as days_ahead
    from {{ ref('stg_i3d__dedicated_servers') }}
),

services as (
    select
        services.*,
        services.is_deleted and coalesce(services.cancelled_on > clock.as_of_on, true) as is_end_unknown,
        -- What claims to be older than the provider is no date.
        coalesce(
            case when services.starts_on >= date '2000-01-01' then services.starts_on end,
            {{ billing_date('services.first_seen_at') }}
        ) as active_from,
        {{ billing_date('services.last_seen_at') }} as last_seen_on,
        habits.begins_on,
        -- Whether "paid until" is the first day that is not paid: then calendar months end on a first, never on a last day.
        count_if(day(services.paid_until_on) = 1) over ()
        > count_if(services.paid_until_on = last_day(services.paid_until_on)) over () as is_paid_to_first,
        cast(coalesce(lead_days.days_ahead, habits.days_ahead) as integer) as days_ahead,
        clock.as_of_on
    from {{ ref('services') }} as services
    inner join habits on services.service_type = habits.service_type
    left join lead_days on services.service_key = lead_days.service_key
    cross join clock
    where services.service_type != 'flexmetal_server'
),

anchored_services as (
    select
        service_key,
        currency_code,
        active_from,
        case when not is_end_unknown then cancelled_on end as active_until,
        is_end_unknown,
        last_seen_on,
        begins_on,
        days_ahead,
        -- The running period, the one that follows, and what the service is said to be paid for.
        least(
            greatest({{ add_months('as_of_on', 1) }}, coalesce(paid_until_on, date '1970-01-01') - 1),
            {{ add_months('as_of_on', 36) }}
        ) as last_period_on,
        -- Paid until the day of the month on which it began, or the last of a shorter month: periods are counted from
        -- there, else by the calendar.
        case
            when
                day(paid_until_on) > 1
                and (is_paid_to_first or paid_until_on < last_day(paid_until_on))
                and {{ add_months('active_from', "date_diff('month', active_from, paid_until_on)") }} - paid_until_on
                between 0 and 1
                and coalesce(cancelled_on != paid_until_on, true)
                then active_from
            else {{ month_of('active_from') }}
        end as anchor_on
    from services
    where active_from is not null
),

first_runs as (
    select
        *,
        {{ whole_months('anchor_on', 'active_from + days_ahead') }} as months_to_first_run
    from anchored_services
),

spanned_services as (
    select
        *,
        -- A service that begins after the invoices of its period were made is on the next ones.
        {{ add_months(
            'anchor_on',
            "months_to_first_run + if(" ~ add_months('anchor_on', 'months_to_first_run') ~ " < active_from + days_ahead, 1, 0)"
        ) }} - days_ahead as first_run_on
    from first_runs
)

select * from spanned_services
