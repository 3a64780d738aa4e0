with colocation_invoices as (
    select distinct
        colocation_id,
        id as invoice_id
    from {{ source('raw_i3d', 'colocation_invoices') }}
)

select * from colocation_invoices
