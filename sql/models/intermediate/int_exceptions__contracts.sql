with contracts as (
    select
        calendar.*,
        -- What extends by a month is always just past its notice: that is no news.
        coalesce(terms.extension_months, 1) <= 1 as is_rolling,
        coalesce(services.service_name || ' (' || calendar.service_key || ')', calendar.service_key) as service_text,
        coalesce(
            ', and leaving costs at least ' || {{ amount_text('calendar.exposure_amount', 'calendar.currency_code') }}, ''
        ) as cost_text
    from {{ ref('contract_calendar') }} as calendar
    inner join {{ ref('int_contracts__unified') }} as terms on calendar.service_key = terms.service_key
    left join {{ ref('services') }} as services on calendar.service_key = services.service_key
    where calendar.urgency in ('missed', '7', '30', '60', '90')
),

exceptions as (
    select
        case when urgency = 'missed' then 'notice_missed' else 'notice_due' end as code,
        case
            when is_rolling then 'low'
            when urgency in ('missed', '7') then 'high'
            when urgency = '30' then 'medium'
            else 'low'
        end as severity,
        service_key,
        last_day_to_cancel_on as happened_on,
        exposure_amount as amount_at_stake,
        currency_code,
        case
            when urgency = 'missed'
                then
                    'The notice for ' || service_text || ' was due by ' || last_day_to_cancel_on
                    || ': the contract goes on until ' || earliest_exit_on || cost_text || '.'
            else
                'The notice for ' || service_text || ' is due by ' || last_day_to_cancel_on || ', in ' || days_to_cancel
                || ' days; without it the contract goes on after ' || term_ends_on || cost_text || '.'
        end as message,
        case
            when urgency = 'missed' then 'Decide now whether to give notice for ' || earliest_exit_on || '.'
            else 'Cancel, renegotiate or keep it: decide before that day.'
        end as next_step,
        'contract_calendar' as source_table,
        reason,
        concat_ws('|', service_key, last_day_to_cancel_on) as subject
    from contracts
)

select * from exceptions
