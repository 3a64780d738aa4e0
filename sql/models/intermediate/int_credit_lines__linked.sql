with lines as (
    select
        signed_lines.*,
        matches.service_key
    from {{ ref('int_invoice_lines__signed') }} as signed_lines
    left join {{ ref('int_invoice_lines__matched') }} as matches
        on signed_lines.invoice_id = matches.invoice_id and signed_lines.line_number = matches.line_number
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

-- Lines of the same text, or else of the same service, over the same period.
mirrors as (
    select
        credit_lines.invoice_id,
        credit_lines.line_number,
        originals.invoice_id as original_id,
        originals.line_number as original_line,
        originals.issued_on as original_on,
        originals.service_key,
        credit_lines.excl_minor = -originals.excl_minor as is_whole,
        credit_lines.description = originals.description
        and coalesce(credit_lines.order_id, '') = coalesce(originals.order_id, '') as is_same_text
    from credit_lines
    inner join lines as originals
        on
            credit_lines.currency_code = originals.currency_code
            and credit_lines.period_from_on = originals.period_from_on
            and credit_lines.period_to_on = originals.period_to_on
            and coalesce(credit_lines.issued_on >= originals.issued_on, true)
            and originals.excl_minor > 0
            and credit_lines.excl_minor < 0
    where is_same_text or credit_lines.service_key = originals.service_key
    qualify
        dense_rank() over (
            partition by credit_lines.invoice_id, credit_lines.line_number, originals.invoice_id
            order by not is_same_text, not is_whole
        ) = 1
),

mirrored_invoices as (
    select distinct
        invoice_id,
        line_number,
        original_id,
        original_on,
        service_key
    from mirrors
    where is_whole
),

whole_mirrors as (
    select
        invoice_id,
        line_number,
        list(original_id order by original_on desc, length(original_id) desc, original_id desc) as originals,
        count(distinct service_key) = 1 and count(service_key) = count(*) as is_one_service
    from mirrored_invoices
    group by invoice_id, line_number
),

turns as (
    select
        *,
        row_number() over (partition by originals order by length(invoice_id), invoice_id, line_number) as turn
    from whole_mirrors
),

-- What is billed twice for one service is given back from its end, once by each credit.
chosen_mirrors as (
    select
        invoice_id,
        line_number,
        case when is_one_service then nullif(originals[turn:turn], []) else originals end as originals
    from turns
),

choices as (
    select
        credit_lines.invoice_id,
        credit_lines.line_number,
        coalesce(references_found.by_line, references_found.by_header, chosen_mirrors.originals) as originals,
        case
            when coalesce(references_found.by_line, references_found.by_header) is not null then 'reference'
            when chosen_mirrors.originals is not null then 'mirror'
        end as link_rule
    from credit_lines
    left join references_found
        on credit_lines.invoice_id = references_found.invoice_id and credit_lines.line_number = references_found.line_number
    left join chosen_mirrors
        on credit_lines.invoice_id = chosen_mirrors.invoice_id and credit_lines.line_number = chosen_mirrors.line_number
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
