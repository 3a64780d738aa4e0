{{ config(materialized='table') }}

with lines as (
    select * from {{ ref('int_invoice_lines__proved') }}
),

periods as (
    select * from {{ ref('int_invoice_lines__dated') }}
),

kinds as (
    select * from {{ ref('int_invoice_lines__classified') }}
),

matches as (
    select * from {{ ref('int_invoice_lines__matched') }}
),

credit_links as (
    select * from {{ ref('int_credit_lines__linked') }}
),

described_lines as (
    select
        lines.invoice_id,
        lines.line_number,
        lines.issued_on,
        lines.description,
        lines.remarks,
        lines.order_id,
        periods.period_start,
        periods.period_end,
        periods.period_reason,
        -- Where a charge may lie whose period cannot be told for certain.
        coalesce(periods.period_start, least(periods.period_from_on, periods.period_to_on)) as search_start,
        coalesce(periods.period_end, greatest(periods.period_from_on, periods.period_to_on) + 1) as search_end,
        lines.quantity,
        {{ cents_to_amount('lines.unit_price_minor', 'lines.minor_divisor', scale=6) }} as unit_price,
        {{ cents_to_amount('lines.setup_minor', 'lines.minor_divisor') }} as setup_amount,
        {{ cents_to_amount('lines.excl_minor', 'lines.minor_divisor') }} as amount_excl_vat,
        {{ cents_to_amount('lines.vat_minor', 'lines.minor_divisor') }} as vat_amount,
        {{ cents_to_amount('lines.incl_minor', 'lines.minor_divisor') }} as amount_incl_vat,
        cast(lines.proved_vat_pct as decimal(9, 4)) as vat_rate_pct,
        lines.currency_code,
        coalesce(lines.excl_minor < 0, false) or coalesce(lines.is_credit, false) as is_credit_line,
        kinds.charge_kind,
        -- The kind under which a charge is expected: on-demand servers cost by use only, and a line without any word rents.
        case
            when starts_with(matches.service_key, 'flexmetal_server:') then 'usage'
            when kinds.charge_kind = 'other' then 'recurring'
            else kinds.charge_kind
        end as expected_kind,
        matches.service_key,
        credit_links.credited_invoice_id,
        credit_links.credited_line_number,
        credit_links.credit_rule,
        credit_links.credit_reason,
        coalesce(lines.excl_raw, lines.vat_raw, lines.incl_raw, lines.quantity_raw, lines.unit_price_minor_raw, lines.setup_raw)
            as amount_raw,
        periods.period_raw
    from lines
    left join periods on lines.invoice_id = periods.invoice_id and lines.line_number = periods.line_number
    left join kinds on lines.invoice_id = kinds.invoice_id and lines.line_number = kinds.line_number
    left join matches on lines.invoice_id = matches.invoice_id and lines.line_number = matches.line_number
    left join credit_links
        on lines.invoice_id = credit_links.invoice_id and lines.line_number = credit_links.line_number
)

select * from described_lines
