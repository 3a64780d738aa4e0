with invoices as (
    select
        *,
        coalesce(invoice_number, invoice_id) as number
    from {{ ref('invoices') }}
),

overdue_invoices as (
    select
        'overdue' as code,
        case when ageing_bucket = '91+' then 'high' else 'medium' end as severity,
        invoice_id,
        due_on as happened_on,
        open_amount as amount_at_stake,
        currency_code,
        'Invoice ' || number || ' is ' || days_overdue || ' days overdue, ' || {{ amount_text('open_amount', 'currency_code') }}
        || ' of ' || {{ amount_text('amount_incl_vat', 'currency_code') }} || ' is open.' as message,
        'Pay it, or raise a ticket if it is disputed.' as next_step,
        reason
    from invoices
    where days_overdue > 0 and ageing_bucket in ('1-30', '31-60', '61-90', '91+')
),

unused_credits as (
    select
        'credit_unused' as code,
        'low' as severity,
        invoice_id,
        issued_on as happened_on,
        unapplied_amount as amount_at_stake,
        currency_code,
        'The provider owes ' || {{ amount_text('unapplied_amount', 'currency_code') }} || ' from document ' || number || '.'
            as message,
        'Ask for it to be set off against an open invoice, or paid out.' as next_step,
        reason
    from invoices
    where unapplied_amount > 0
),

exceptions as (
    select * from overdue_invoices
    union all
    select * from unused_credits
)

select
    code,
    severity,
    invoice_id,
    happened_on,
    amount_at_stake,
    currency_code,
    message,
    next_step,
    'invoices' as source_table,
    reason,
    invoice_id as subject
from exceptions
