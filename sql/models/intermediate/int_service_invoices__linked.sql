with colocations as (
    select
        invoice_id,
        'colocation' as service_type,
        'colocation:' || colocation_id as service_key
    from {{ ref('stg_i3d__colocation_invoices') }}
),

cross_connects as (
    select
        invoice_id,
        'cross_connect' as service_type,
        'cross_connect:' || cross_connect_id as service_key
    from {{ ref('stg_i3d__cross_connect_invoices') }}
),

links as (
    select * from colocations
    union all
    select * from cross_connects
)

select * from links
