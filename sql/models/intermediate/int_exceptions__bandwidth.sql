with clock as (
    select {{ month_of('as_of_on') }} as this_month from {{ ref('int_clock__read') }}
),

months as (
    select
        usage.*,
        coalesce(services.service_name || ' (' || usage.service_key || ')', usage.service_key) as service_text,
        strftime(usage.month, '%B %Y') as month_text,
        usage.month = clock.this_month as is_running
    from {{ ref('bandwidth_by_service_month') }} as usage
    cross join clock
    left join {{ ref('services') }} as services on usage.service_key = services.service_key
    where usage.month >= {{ add_months('clock.this_month', -1) }} and usage.month <= clock.this_month
),

overuse as (
    select
        *,
        case
            when billing_type = 'p95'
                then
                    {{ rate_text('cast(used_mbit as decimal(18, 2))') }} || ' Mbit/s against a commit of '
                    || {{ rate_text('commit_mbit') }} || ' Mbit/s'
            else
                {{ rate_text('cast(used_gb as decimal(18, 2))') }} || ' GB against a commit of '
                || {{ rate_text('commit_gb') }} || ' GB'
        end as use_text
    from months
    where overuse_mbit > 0 or overuse_gb > 0
),

overuse_exceptions as (
    select
        case when overuse_amount is null then 'overuse_unpriced' else 'overuse' end as code,
        case when overuse_amount > 0 then 'high' else 'medium' end as severity,
        service_key,
        month,
        overuse_amount as amount_at_stake,
        currency_code,
        service_text || ' used ' || coalesce(use_text, 'more than its commit') || ' in ' || month_text
        || case
            when overuse_amount is null then ', at a price that is not known.'
            else ': overuse of ' || {{ amount_text('overuse_amount', 'currency_code') }} || if(is_running, ' so far.', '.')
        end as message,
        case
            when overuse_amount is null then 'Write the price of overuse into settings/contract_terms.csv.'
            when is_running then 'Move or shape traffic before the month ends, or ask for a higher commit.'
            else 'Expect it on the next invoice; a higher commit may cost less.'
        end as next_step,
        reason
    from overuse
    where overuse_amount > 0 or overuse_amount is null
),

unproved_exceptions as (
    select
        'not_billing_grade' as code,
        'low' as severity,
        service_key,
        month,
        coalesce(currency_code, 'XXX') as currency_code,
        'The traffic of ' || service_text || ' in ' || month_text || ' proves no invoice'
        || coalesce(' (' || reason || ').', '.') as message,
        'See which samples are missing; a load with --from and --until asks for them again.' as next_step,
        reason
    from months
    where not is_billing_grade and not is_running and billing_type != 'unmetered'
),

exceptions as (
    select * from overuse_exceptions
    union all by name
    select * from unproved_exceptions
)

select
    code,
    severity,
    service_key,
    month as happened_on,
    amount_at_stake,
    currency_code,
    message,
    next_step,
    'bandwidth_by_service_month' as source_table,
    reason,
    concat_ws('|', service_key, month) as subject
from exceptions
