with listed as (
    select * from {{ source('raw_i3d', 'unpaid_invoices') }}
),

unpaid_invoices as (
    select {{ invoice_list_columns('listed') }}
    from listed
)

select * from unpaid_invoices
