with lines as (
    select * from {{ ref('int_invoice_lines__signed') }}
),

headers as (
    select * from {{ ref('int_invoices__headers') }}
),

numbers as (
    select
        invoice_id as original_id,
        {{ searchable('invoice_number') }} as number_words
    from headers
    where length(trim({{ searchable('invoice_number') }})) >= 3 and not coalesce(is_credit, false)
),

credit_lines as (
    select
        lines.*,
        {{ searchable("concat_ws(' ', lines.description, lines.remarks)") }} as line_words,
        {{ searchable("coalesce(headers.description, '')") }} as header_words
    from lines
    inner join headers on lines.invoice_id = headers.invoice_id
    where headers.is_credit or lines.excl_minor < 0
),

-- An invoice number in the line counts before one in the title of the credit note.
references_found as (
    select
        credit_lines.invoice_id,
        credit_lines.line_number,
        list(distinct numbers.original_id) filter (where contains(credit_lines.line_words, numbers.number_words)) as by_line,
        list(distinct numbers.original_id) filter (where contains(credit_lines.header_words, numbers.number_words)) as by_header
    from credit_lines
    inner join numbers
        on
            credit_lines.invoice_id != numbers.original_id
            and contains(credit_lines.line_words || credit_lines.header_words, numbers.number_words)
    group by credit_lines.invoice_id, credit_lines.line_number
),

mirrors as (
    select
        credit_lines.invoice_id,
        credit_lines.line_number,
        originals.invoice_id as original_id,
        originals.line_number as original_line,
        credit_lines.excl_minor = -originals.excl_minor as is_whole
    from credit_lines
    inner join lines as originals
        on
            credit_lines.description = originals.description
            and coalesce(credit_lines.order_id, '') = coalesce(originals.order_id, '')
            and credit_lines.currency_code = originals.currency_code
            and credit_lines.period_from_on = originals.period_from_on
            and credit_lines.period_to_on = originals.period_to_on
            and originals.excl_minor > 0
            and credit_lines.excl_minor < 0
),

whole_mirrors as (
    select
        invoice_id,
        line_number,
        list(distinct original_id) as originals
    from mirrors
    where is_whole
    group by invoice_id, line_number
),

choices as (
    select
        credit_lines.invoice_id,
        credit_lines.line_number,
        coalesce(references_found.by_line, references_found.by_header, whole_mirrors.originals) as originals,
        case
            when coalesce(references_found.by_line, references_found.by_header) is not null then 'reference'
            when whole_mirrors.originals is not null then 'mirror'
        end as link_rule
    from credit_lines
    left join references_found
        on credit_lines.invoice_id = references_found.invoice_id and credit_lines.line_number = references_found.line_number
    left join whole_mirrors
        on credit_lines.invoice_id = whole_mirrors.invoice_id and credit_lines.line_number = whole_mirrors.line_number
),

original_lines as (
    select
        choices.invoice_id,
        choices.line_number,
        case when count(mirrors.original_line) = 1 then min(mirrors.original_line) end as original_line
    from choices
    left join mirrors
        on
            choices.invoice_id = mirrors.invoice_id and choices.line_number = mirrors.line_number
            and choices.originals[1] = mirrors.original_id
    where len(choices.originals) = 1
    group by choices.invoice_id, choices.line_number
),

links as (
    select
        choices.invoice_id,
        choices.line_number,
        case when len(choices.originals) = 1 then choices.originals[1] end as credited_invoice_id,
        original_lines.original_line as credited_line_number,
        case when len(choices.originals) = 1 then choices.link_rule end as credit_rule,
        case
            when choices.originals is null then 'credit_unmatched'
            when len(choices.originals) > 1 then 'ambiguous_credit'
        end as credit_reason
    from choices
    left join original_lines
        on choices.invoice_id = original_lines.invoice_id and choices.line_number = original_lines.line_number
)

select * from links
