-- What is reconciled of an invoice is its amount, unless check A4 says that its lines do not make it: then it is the lines.
with reconciled as (
    select
        invoice_id,
        sum(billed_amount) as billed_amount,
        count(*) = count(billed_amount) as is_known
    from {{ ref('invoice_reconciliation') }}
    group by invoice_id
),

failures as (
    select invoice_id
    from {{ ref('invoice_checks') }}
    where check_id = 'A4' and status = 'fail'
)

select invoices.invoice_id
from {{ ref('invoices') }} as invoices
left join reconciled on invoices.invoice_id = reconciled.invoice_id
where
    reconciled.invoice_id is null
    or (
        reconciled.is_known
        and invoices.amount_excl_vat is distinct from reconciled.billed_amount
        and invoices.invoice_id not in (select failures.invoice_id from failures)
    )
