with clock as (
    select * from {{ ref('int_clock__read') }}
),

account as (
    select * from {{ ref('int_focus_account__known') }}
),

documents as (
    select
        invoices.*,
        details.client_number,
        details.issuer_name,
        headers.payment_term_days,
        headers.minor_divisor
    from {{ ref('invoices') }} as invoices
    inner join {{ ref('int_invoices__headers') }} as headers on invoices.invoice_id = headers.invoice_id
    left join {{ ref('stg_i3d__invoice_details') }} as details on invoices.invoice_id = details.invoice_id
),

first_periods as (
    select
        invoice_id,
        min(period_start) as period_start
    from {{ ref('invoice_lines') }}
    group by invoice_id
),

dated_invoices as (
    select
        documents.invoice_id,
        documents.invoice_number,
        documents.description,
        documents.currency_code,
        documents.is_credit,
        documents.amount_incl_vat,
        documents.vat_amount,
        documents.due_on,
        documents.payment_term_days,
        documents.minor_divisor,
        documents.credited_invoice_id,
        documents.issuer_name,
        documents.issued_on as printed_on,
        'i3d:client:' || coalesce(documents.client_number, account.client_number, 'unknown') as account_id,
        -- A document without a legible day was issued at some time: the nearest day that it does state.
        coalesce(documents.issued_on, documents.due_on, documents.paid_on, first_periods.period_start, clock.as_of_on)
            as issued_on,
        nullif(concat_ws(
            ', ', documents.reason, case when documents.issued_on is null then 'issue_day_unknown' end
        ), '') as reason
    from documents
    left join first_periods on documents.invoice_id = first_periods.invoice_id
    cross join account
    cross join clock
)

select
    *,
    {{ month_of('issued_on') }} as billing_month
from dated_invoices
