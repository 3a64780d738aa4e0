-- Every line, and every invoice without lines, is in the reconciliation with all of its amount, in several rows only where it
-- pays for several charges.
with documents as (
    select
        invoice_id,
        line_number,
        amount_excl_vat
    from {{ ref('invoice_lines') }}
    union all
    select
        invoices.invoice_id,
        0 as line_number,
        invoices.amount_excl_vat
    from {{ ref('invoices') }} as invoices
    anti join {{ ref('invoice_lines') }} as lines on invoices.invoice_id = lines.invoice_id
),

reconciled as (
    select
        invoice_id,
        line_number,
        sum(billed_amount) as billed_amount,
        count(*) as row_count,
        count(expected_charge_id) as charge_count
    from {{ ref('invoice_reconciliation') }}
    where invoice_id is not null
    group by invoice_id, line_number
)

select
    documents.invoice_id as document_id,
    reconciled.invoice_id
from documents
full join reconciled on documents.invoice_id = reconciled.invoice_id and documents.line_number = reconciled.line_number
where
    documents.invoice_id is null
    or reconciled.invoice_id is null
    or documents.amount_excl_vat is distinct from reconciled.billed_amount
    or (reconciled.row_count > 1 and reconciled.charge_count < reconciled.row_count)
