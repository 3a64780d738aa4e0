with documents as (
    select
        headers.invoice_id,
        headers.invoice_number,
        headers.issued_on,
        headers.incl_minor,
        headers.currency_code,
        coalesce(headers.is_credit, false) as is_credit,
        sums.line_count,
        sums.lines_digest
    from {{ ref('int_invoices__headers') }} as headers
    left join {{ ref('int_invoices__summed') }} as sums on headers.invoice_id = sums.invoice_id
),

-- Lines that are known and differ tell two invoices over one amount apart. Of one that has none, nobody knows.
twins as (
    select
        documents.invoice_id,
        siblings.invoice_id as other_id,
        'twin' as repeat_rule
    from documents
    inner join documents as siblings
        on
            documents.issued_on = siblings.issued_on
            and documents.incl_minor = siblings.incl_minor
            and documents.currency_code = siblings.currency_code
            and coalesce(documents.lines_digest = siblings.lines_digest, true)
    union
    select
        documents.invoice_id,
        namesakes.invoice_id as other_id,
        'number' as repeat_rule
    from documents
    inner join documents as namesakes on documents.invoice_number = namesakes.invoice_number
    union
    -- The same lines on another day: one line can be charged twice alone, several together are the whole invoice.
    select
        documents.invoice_id,
        copies.invoice_id as other_id,
        'lines' as repeat_rule
    from documents
    inner join documents as copies
        on
            documents.lines_digest = copies.lines_digest
            and documents.currency_code = copies.currency_code
            and documents.line_count > 1
            and not documents.is_credit
            and not copies.is_credit
),

-- The later one of two is the repetition, or the one that shows no lines: those of the other speak for it.
repetitions as (
    select
        documents.invoice_id,
        arg_min(earlier.invoice_id, {{ age_of('earlier') }}) as earlier_id,
        arg_min(earlier.invoice_number, {{ age_of('earlier') }}) as earlier_number,
        bool_or(twins.repeat_rule = 'number') as is_same_number,
        bool_or(twins.repeat_rule = 'twin') as is_same_day
    from twins
    inner join documents on twins.invoice_id = documents.invoice_id
    inner join documents as earlier on twins.other_id = earlier.invoice_id
    where
        (documents.lines_digest is null, {{ age_of('documents') }}) > (earlier.lines_digest is null, {{ age_of('earlier') }})
    group by documents.invoice_id
)

select * from repetitions
