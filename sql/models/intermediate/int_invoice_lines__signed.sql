with headers as (
    select * from {{ ref('int_invoices__headers') }}
),

items as (
    select * from {{ ref('stg_i3d__invoice_items') }}
),

totals as (
    select
        invoice_id,
        sum(excl_minor) as sent_excl_minor
    from items
    group by invoice_id
),

-- Lines keep their signs among each other: only a credit note that came positive is turned over, as a whole.
directions as (
    select
        headers.invoice_id,
        headers.currency_code,
        headers.minor_divisor,
        headers.is_credit,
        headers.issued_on,
        case
            when headers.is_credit and coalesce(nullif(totals.sent_excl_minor, 0), headers.sent_excl_minor) > 0 then -1
            else 1
        end as direction
    from headers
    left join totals on headers.invoice_id = totals.invoice_id
),

lines as (
    select
        items.invoice_id,
        items.line_number,
        items.order_id,
        items.description,
        items.remarks,
        items.period_from_on,
        items.period_to_on,
        items.period_from_on_raw,
        items.period_to_on_raw,
        items.quantity,
        items.quantity_raw,
        directions.direction * items.unit_price_minor as unit_price_minor,
        items.unit_price_minor_raw,
        items.vat_pct,
        items.vat_pct_raw,
        directions.direction * items.setup_minor as setup_minor,
        items.setup_raw,
        directions.direction * items.excl_minor as excl_minor,
        items.excl_raw,
        directions.direction * items.vat_minor as vat_minor,
        items.vat_raw,
        directions.direction * items.incl_minor as incl_minor,
        items.incl_raw,
        directions.currency_code,
        directions.minor_divisor,
        directions.is_credit,
        directions.issued_on
    from items
    inner join directions on items.invoice_id = directions.invoice_id
)

select * from lines
