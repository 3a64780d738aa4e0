with listed as (
    select * from {{ ref('stg_i3d__invoices') }}
),

details as (
    select * from {{ ref('stg_i3d__invoice_details') }}
),

currencies as (
    select * from {{ ref('int_currencies__listed') }}
    where currency_code != 'XXX'
),

documents as (
    select
        listed.description,
        listed.payment_status,
        details.payment_term_days,
        listed.invoice_id is not null as is_listed,
        details.invoice_id is not null as has_detail,
        coalesce(listed.invoice_id, details.invoice_id) as invoice_id,
        coalesce(listed.invoice_number, details.invoice_number) as invoice_number,
        coalesce(nullif(listed.currency_code, 'XXX'), details.currency_code, 'XXX') as currency_code,
        coalesce(listed.is_credit, details.is_credit) as is_credit,
        {{ document_day('details.issued_on', 'listed.issued_at') }} as issued_on,
        {{ document_day('details.due_on', 'listed.due_at') }} as due_on,
        {{ billing_date('coalesce(listed.paid_at, details.paid_at)') }} as paid_on,
        coalesce(details.excl_minor, listed.excl_minor) as excl_minor,
        coalesce(details.incl_minor, listed.incl_minor) as incl_minor,
        details.excl_minor as document_excl_minor,
        details.incl_minor as document_incl_minor,
        details.vat_minor,
        listed.paid_minor,
        listed.remaining_minor,
        coalesce(details.excl_raw, listed.excl_raw) as excl_raw,
        coalesce(details.incl_raw, listed.incl_raw) as incl_raw,
        details.vat_raw
    from listed
    full join details on listed.invoice_id = details.invoice_id
),

headers as (
    select
        documents.invoice_id,
        documents.invoice_number,
        documents.description,
        documents.issued_on,
        documents.due_on,
        documents.paid_on,
        documents.payment_status,
        documents.payment_term_days,
        documents.currency_code,
        documents.is_credit,
        documents.is_listed,
        documents.has_detail,
        {{ signed('documents.excl_minor', 'documents.is_credit') }} as excl_minor,
        {{ signed('documents.document_excl_minor', 'documents.is_credit') }} as document_excl_minor,
        {{ signed('documents.document_incl_minor', 'documents.is_credit') }} as document_incl_minor,
        {{ signed('documents.vat_minor', 'documents.is_credit') }} as vat_minor,
        {{ signed('documents.incl_minor', 'documents.is_credit') }} as incl_minor,
        {{ signed('documents.paid_minor', 'documents.is_credit') }} as paid_minor,
        {{ signed('documents.remaining_minor', 'documents.is_credit') }} as remaining_minor,
        documents.excl_raw,
        documents.vat_raw,
        documents.incl_raw,
        documents.excl_minor as sent_excl_minor,
        documents.incl_minor as sent_incl_minor,
        coalesce(currencies.minor_divisor, 100) as minor_divisor
    from documents
    left join currencies on documents.currency_code = currencies.currency_code
)

select * from headers
