with headers as (
    select * from {{ ref('int_invoices__headers') }}
),

repetitions as (
    select * from {{ ref('int_invoices__repeated') }}
    where is_same_number or is_same_day
),

checks as (
    select
        headers.invoice_id,
        'A9' as check_id,
        if(repetitions.invoice_id is null and headers.invoice_number is not null, 'pass', 'fail') as status,
        cast(null as varchar) as expected,
        headers.invoice_number as actual,
        case
            when repetitions.is_same_number
                then 'Document ' || repetitions.earlier_id || ' has the same invoice number.'
            when repetitions.invoice_id is not null
                then
                    'Invoice ' || coalesce(repetitions.earlier_number, repetitions.earlier_id)
                    || ' has the same date, total and currency, and no other lines.'
            when headers.invoice_number is null then 'The invoice has no number.'
            else 'Its number and its amount of the day are its own.'
        end as message
    from headers
    left join repetitions on headers.invoice_id = repetitions.invoice_id
)

select * from checks
