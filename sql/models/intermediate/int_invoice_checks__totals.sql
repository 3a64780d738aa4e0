with headers as (
    select * from {{ ref('int_invoices__headers') }}
),

sums as (
    select * from {{ ref('int_invoices__summed') }}
),

documents as (
    select
        headers.*,
        coalesce(sums.line_count, 0) as line_count,
        coalesce(sums.unreadable_count, 0) as unreadable_count,
        coalesce(sums.rate_count, 0) as rate_count,
        coalesce(sums.excl_minor, 0) as lines_excl_minor,
        coalesce(sums.vat_minor, 0) as lines_vat_minor,
        coalesce(sums.vat_rounded_once_minor, 0) as once_vat_minor,
        coalesce(headers.excl_raw, headers.vat_raw, headers.incl_raw) as unreadable
    from headers
    left join sums on headers.invoice_id = sums.invoice_id
),

header_totals as (
    select
        invoice_id,
        'A3' as check_id,
        case
            when not has_detail then 'not_applicable'
            when document_excl_minor + vat_minor = document_incl_minor then 'pass'
            else 'fail'
        end as status,
        {{ minor_text('document_excl_minor + vat_minor', 'minor_divisor') }} as expected,
        {{ minor_text('document_incl_minor', 'minor_divisor') }} as actual,
        case
            when not has_detail then 'The document itself is not loaded, and only it states the VAT.'
            when document_excl_minor + vat_minor = document_incl_minor then 'Amount plus VAT makes the total of the invoice.'
            when document_excl_minor + vat_minor != document_incl_minor
                then 'Amount plus VAT does not make the total of the invoice.'
            when unreadable is not null then 'The total cannot be proved: ''' || unreadable || ''' is no amount.'
            else 'The total cannot be proved: the invoice lacks an amount.'
        end as message
    from documents
),

line_verdicts as (
    select
        *,
        case
            when not has_detail then 'no_detail'
            when line_count = 0 and document_excl_minor = 0 and vat_minor = 0 then 'nothing'
            when line_count = 0 then 'no_lines'
            when unreadable_count > 0 or document_excl_minor is null then 'unreadable'
            when lines_excl_minor != document_excl_minor then 'amount'
            when vat_minor is null then 'unreadable'
            when vat_minor = lines_vat_minor then 'by_line'
            when vat_minor = once_vat_minor then 'by_rate'
            when least(abs(vat_minor - lines_vat_minor), abs(vat_minor - once_vat_minor)) <= rate_count then 'about'
            else 'vat'
        end as verdict
    from documents
),

line_totals as (
    select
        invoice_id,
        'A4' as check_id,
        case
            when verdict = 'no_detail' then 'not_applicable'
            when verdict in ('nothing', 'by_line', 'by_rate', 'about') then 'pass'
            else 'fail'
        end as status,
        case
            when verdict in ('no_detail', 'no_lines') then null
            when verdict in ('vat', 'about') then {{ minor_text('lines_vat_minor', 'minor_divisor') }}
            when verdict != 'unreadable' then {{ minor_text('lines_excl_minor', 'minor_divisor') }}
        end as expected,
        case
            when verdict in ('vat', 'about') then {{ minor_text('vat_minor', 'minor_divisor') }}
            else {{ minor_text('document_excl_minor', 'minor_divisor') }}
        end as actual,
        case verdict
            when 'no_detail' then 'The document itself is not loaded, and only it has the lines.'
            when 'nothing' then 'An invoice over nothing, without lines.'
            when 'no_lines' then 'The invoice has an amount and no lines.'
            when
                'unreadable'
                then 'The lines cannot be summed up: an amount of a line or of the invoice is missing or no number.'
            when 'amount' then 'The lines do not sum up to the amount of the invoice.'
            when 'by_line' then 'The lines sum up to the invoice; its VAT is the sum of the VAT of the lines.'
            when 'by_rate' then 'The lines sum up to the invoice; its VAT was rounded once per rate.'
            when 'about' then 'The lines sum up to the invoice; its VAT differs by no more than the smallest unit per rate.'
            else 'The lines sum up to the invoice, their VAT does not.'
        end as message
    from line_verdicts
),

credit_signs as (
    select
        invoice_id,
        'A7' as check_id,
        case
            when is_credit and sign(sent_excl_minor) * sign(sent_incl_minor) >= 0 then 'pass'
            when is_credit or is_credit is null or incl_minor < 0 then 'fail'
            else 'not_applicable'
        end as status,
        if(is_credit, {{ minor_text('incl_minor', 'minor_divisor') }}, null) as expected,
        if(is_credit or incl_minor < 0, {{ minor_text('sent_incl_minor', 'minor_divisor') }}, null) as actual,
        case
            when is_credit is null then 'The document does not say whether it is an invoice or a credit note.'
            when
                is_credit and sent_excl_minor + sent_incl_minor is null
                then 'The amount of the credit note is missing or no number.'
            when is_credit and sign(sent_excl_minor) * sign(sent_incl_minor) < 0
                then 'The credit note states its amount with one sign and its total with the other.'
            when is_credit then 'A credit note: its amounts count as negative, whatever sign they came with.'
            when incl_minor < 0 then 'The total is negative, and the document is no credit note.'
            else 'No credit note.'
        end as message
    from documents
),

checks as (
    select * from header_totals
    union all
    select * from line_totals
    union all
    select * from credit_signs
)

select * from checks
