with header_checks as (
    select * from {{ ref('int_invoice_checks__totals') }}
    union all
    select * from {{ ref('int_invoice_checks__sources') }}
    union all
    select * from {{ ref('int_invoice_checks__payments') }}
    union all
    select * from {{ ref('int_invoice_checks__repeats') }}
    union all
    select * from {{ ref('int_invoice_checks__account') }}
    union all
    select * from {{ ref('int_invoice_checks__numbering') }}
),

invoice_checks as (
    select
        invoice_id,
        0 as line_number,
        check_id,
        status,
        expected,
        actual,
        message
    from header_checks
    union all
    select
        invoice_id,
        line_number,
        check_id,
        status,
        expected,
        actual,
        message
    from {{ ref('int_invoice_checks__lines') }}
)

select * from invoice_checks
