with listed as (
    select * from {{ ref('stg_i3d__invoices') }}
),

details as (
    select * from {{ ref('stg_i3d__invoice_details') }}
),

headers as (
    select * from {{ ref('int_invoices__headers') }}
),

differences as (
    select
        headers.invoice_id,
        headers.minor_divisor,
        headers.is_listed and headers.has_detail as is_comparable,
        headers.is_listed,
        listed.incl_minor as listed_incl_minor,
        details.incl_minor as detail_incl_minor,
        concat_ws(
            ', ',
            case when listed.invoice_number is distinct from details.invoice_number then 'number' end,
            case
                when
                    listed.excl_minor is null or details.excl_minor is null
                    or {{ signed('listed.excl_minor', 'listed.is_credit') }}
                    != {{ signed('details.excl_minor', 'details.is_credit') }} then 'amount'
            end,
            case
                when
                    listed.incl_minor is null or details.incl_minor is null
                    or {{ signed('listed.incl_minor', 'listed.is_credit') }}
                    != {{ signed('details.incl_minor', 'details.is_credit') }} then 'total'
            end,
            case
                when
                    listed.currency_code is distinct from details.currency_code
                    or (listed.currency_code = 'XXX' and listed.currency_name is distinct from details.currency_name)
                    then 'currency'
            end,
            case when listed.currency_code = 'XXX' then 'unknown currency ''' || coalesce(listed.currency_name, '') || '''' end,
            case when listed.is_credit is distinct from details.is_credit then 'credit flag' end,
            case when details.issued_on_raw is not null then 'unreadable date ''' || details.issued_on_raw || '''' end,
            case when details.due_on_raw is not null then 'unreadable due date ''' || details.due_on_raw || '''' end,
            case
                when
                    details.issued_on_raw is null
                    and not coalesce({{ same_day('details.issued_on', 'listed.issued_at') }}, false)
                    then 'date'
            end,
            case
                when
                    details.due_on_raw is null and (details.due_on is not null or listed.due_at is not null)
                    and not coalesce({{ same_day('details.due_on', 'listed.due_at') }}, false)
                    then 'due date'
            end
        ) as differing
    from headers
    left join listed on headers.invoice_id = listed.invoice_id
    left join details on headers.invoice_id = details.invoice_id
),

checks as (
    select
        invoice_id,
        'A5' as check_id,
        if(is_comparable and differing = '', 'pass', 'fail') as status,
        {{ minor_text('detail_incl_minor', 'minor_divisor') }} as expected,
        {{ minor_text('listed_incl_minor', 'minor_divisor') }} as actual,
        case
            when not is_listed then 'The document is loaded, and the list of invoices does not have it.'
            when not is_comparable then 'The list has the invoice, and its document is not loaded.'
            when differing = '' then 'The list and the document say the same.'
            else 'The list and the document do not agree on, or do not state: ' || differing || '.'
        end as message
    from differences
)

select * from checks
