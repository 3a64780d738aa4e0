with listed as (
    select * from {{ source('raw_i3d', 'invoices') }}
),

invoices as (
    select {{ invoice_list_columns('listed') }}
    from listed
)

select * from invoices
