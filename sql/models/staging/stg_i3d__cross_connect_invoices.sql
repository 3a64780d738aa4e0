with cross_connect_invoices as (
    select distinct
        cross_connect_id,
        id as invoice_id
    from {{ source('raw_i3d', 'cross_connect_invoices') }}
    -- The documentation promises cross connects here, not invoices: their ids would be of something else.
    where invoice_number is not null
)

select * from cross_connect_invoices
