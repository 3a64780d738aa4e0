-- The lines of a document make its amount, unless check A4 says that they do not.
with sums as (
    select
        invoice_id,
        sum(amount_excl_vat) as amount_excl_vat
    from {{ ref('invoice_lines') }}
    group by invoice_id
),

failures as (
    select invoice_id
    from {{ ref('invoice_checks') }}
    where check_id = 'A4' and status = 'fail'
)

select invoices.invoice_id
from {{ ref('invoices') }} as invoices
inner join sums on invoices.invoice_id = sums.invoice_id
where
    invoices.amount_excl_vat is distinct from sums.amount_excl_vat
    and invoices.invoice_id not in (select failures.invoice_id from failures)
