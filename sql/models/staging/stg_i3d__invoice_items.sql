with documents as (
    select
        id as invoice_id,
        case when json_type(items) = 'ARRAY' then from_json(items, '["json"]') else [] end as items
    from {{ source('raw_i3d', 'invoice_details') }}
),

numbered_items as (
    select
        invoice_id,
        unnest(items) as item,
        unnest(range(1, len(items) + 1)) as line_number
    from documents
),

fields as (
    select
        invoice_id,
        cast(line_number as integer) as line_number,
        {{ blank_to_null("item ->> '$.orderId'") }} as order_id,
        {{ blank_to_null("item ->> '$.description'") }} as description,
        {{ blank_to_null("item ->> '$.remarks'") }} as remarks,
        item ->> '$.periodFrom' as period_from,
        item ->> '$.periodTo' as period_to,
        item ->> '$.quantity' as quantity,
        item ->> '$.unitPrice' as unit_price,
        item ->> '$.setupCosts' as setup_costs,
        item ->> '$.vatPercentage' as vat_percentage,
        item ->> '$.vatAmount' as vat_amount,
        item ->> '$.amountExclVat' as amount_excl_vat,
        item ->> '$.amountIncVat' as amount_incl_vat
    from numbered_items
),

invoice_items as (
    select
        invoice_id,
        line_number,
        nullif(order_id, '0') as order_id,
        description,
        remarks,
        {{ date_columns('period_from', 'period_from_on') }},
        {{ date_columns('period_to', 'period_to_on') }},
        {{ decimal_columns('quantity', 'quantity') }},
        {{ decimal_columns('unit_price', 'unit_price_minor') }},
        {{ decimal_columns('vat_percentage', 'vat_pct') }},
        {{ minor_columns('setup_costs', 'setup') }},
        {{ minor_columns('vat_amount', 'vat') }},
        {{ minor_columns('amount_excl_vat', 'excl') }},
        {{ minor_columns('amount_incl_vat', 'incl') }}
    from fields
)

select * from invoice_items
