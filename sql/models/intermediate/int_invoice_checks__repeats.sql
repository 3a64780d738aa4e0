with documents as (
    select
        headers.invoice_id,
        headers.invoice_number,
        headers.issued_on,
        headers.incl_minor,
        headers.currency_code,
        sums.lines_digest
    from {{ ref('int_invoices__headers') }} as headers
    left join {{ ref('int_invoices__summed') }} as sums on headers.invoice_id = sums.invoice_id
),

-- Lines that are known and differ tell two invoices over one amount apart.
twins as (
    select
        documents.invoice_id,
        siblings.invoice_id as other_id
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
        namesakes.invoice_id as other_id
    from documents
    inner join documents as namesakes on documents.invoice_number = namesakes.invoice_number
),

-- The later one of two is the repetition.
repetitions as (
    select
        documents.invoice_id,
        arg_min(earlier.invoice_id, {{ age_of('earlier') }}) as earlier_id,
        arg_min(earlier.invoice_number, {{ age_of('earlier') }}) as earlier_number,
        bool_or(documents.invoice_number = earlier.invoice_number) as is_same_number
    from twins
    inner join documents on twins.invoice_id = documents.invoice_id
    inner join documents as earlier on twins.other_id = earlier.invoice_id
    where {{ age_of('documents') }} > {{ age_of('earlier') }}
    group by documents.invoice_id
),

checks as (
    select
        documents.invoice_id,
        'A9' as check_id,
        if(repetitions.invoice_id is null and documents.invoice_number is not null, 'pass', 'fail') as status,
        cast(null as varchar) as expected,
        documents.invoice_number as actual,
        case
            when repetitions.is_same_number
                then 'Document ' || repetitions.earlier_id || ' has the same invoice number.'
            when repetitions.invoice_id is not null
                then
                    'Invoice ' || coalesce(repetitions.earlier_number, repetitions.earlier_id)
                    || ' has the same date, total and currency, and no other lines.'
            when documents.invoice_number is null then 'The invoice has no number.'
            else 'Its number and its amount of the day are its own.'
        end as message
    from documents
    left join repetitions on documents.invoice_id = repetitions.invoice_id
)

select * from checks
