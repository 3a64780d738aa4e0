with numbers as (
    select distinct
        regexp_extract(invoice_number, '^(.*?)([0-9]{1,5})$', 1) as series,
        regexp_extract(invoice_number, '^(.*?)([0-9]{1,5})$', 2) as digits
    from {{ ref('int_invoices__headers') }}
    where regexp_matches(invoice_number, '[0-9]$')
),

steps as (
    select
        series,
        cast(digits as integer) as sequence_number,
        lag(cast(digits as integer)) over (partition by series order by cast(digits as integer)) as previous_number,
        min(length(digits)) over (partition by series) as width
    from numbers
),

gaps as (
    select
        series,
        sequence_number,
        greatest(sequence_number - coalesce(previous_number, sequence_number) - 1, 0) as missing_count,
        series || {{ padded('previous_number + 1', 'width') }} as first_missing,
        series || {{ padded('sequence_number - 1', 'width') }} as last_missing
    from steps
),

-- Numbers that all customers share have more holes than invoices; a hole says something where they are few.
series_of_numbers as (
    select
        series,
        coalesce(sum(missing_count), 0) as missing_count,
        100 * coalesce(sum(missing_count), 0)
        <= {{ var('invoice_gap_max_pct') }} * (coalesce(sum(missing_count), 0) + count(*)) as is_judged,
        string_agg(
            case
                when missing_count = 1 then first_missing
                when missing_count > 1 then first_missing || ' to ' || last_missing
            end, ', ' order by sequence_number
        ) as missing_numbers
    from gaps
    group by series
    having count(*) > 1
),

account as (
    select
        count(*) as series_count,
        count(*) filter (where is_judged) as judged_count,
        sum(missing_count) filter (where is_judged) as missing_count,
        string_agg(missing_numbers, ', ' order by series) filter (where is_judged) as missing_numbers
    from series_of_numbers
),

checks as (
    select
        '*' as invoice_id,
        'A9' as check_id,
        case
            when judged_count = 0 then 'not_applicable'
            when missing_count > 0 then 'fail'
            else 'pass'
        end as status,
        if(judged_count > 0, '0', null) as expected,
        cast(missing_count as varchar) as actual,
        case
            when judged_count = 0 then 'The numbers of the invoices are no sequence of their own.'
            when missing_count > 0 then 'Numbers between the invoices are missing: ' || missing_numbers || '.'
            else 'The numbers of the invoices follow each other.'
        end as message
    from account
    where series_count > 0
)

select * from checks
