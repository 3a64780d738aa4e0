{{ config(materialized='table') }}

with parts as (
    select
        *,
        charge_category in ('Usage', 'Purchase') as is_priced
    from {{ ref('int_focus_lines__split') }}
),

prices as (
    select * from {{ ref('int_focus_lines__priced') }}
),

services as (
    select * from {{ ref('int_focus_services__described') }}
),

-- Setup costs are one unit of themselves; taxes, credits and what has no kind have no price.
priced_parts as (
    select
        parts.* exclude (unit_price),
        case when parts.is_priced then coalesce(prices.price_source, 'invoice') end as price_source,
        case when parts.is_priced then coalesce(prices.pricing_unit, 'Units') end as pricing_unit,
        case
            when parts.is_priced then coalesce(prices.pricing_quantity, cast(sign(parts.part_amount) as decimal(18, 6)))
        end as pricing_quantity,
        case
            when parts.is_priced then coalesce(prices.unit_price, cast(abs(parts.part_amount) as decimal(18, 6)))
        end as unit_price,
        case
            when '{{ var("focus_amortisation") }}' = 'none' or parts.charge_category != 'Purchase' then 0
            when parts.charge_part = 'setup' then coalesce(services.contract_months, 1)
            else cast(parts.months as integer)
        end as share_count
    from parts
    left join prices
        on
            parts.invoice_id = prices.invoice_id
            and parts.line_number = prices.line_number
            and parts.charge_part = 'charge'
    left join services on parts.service_key = services.service_key
),

charges as (
    select
        invoice_id,
        line_number,
        invoice_id || '-' || line_number || case charge_part when 'charge' then '' else '-' || charge_part end as row_id,
        charge_part,
        service_key,
        match_rule,
        match_confidence,
        order_id as purchase_order,
        case when charge_part = 'setup' then 'setup' else corrected_kind end as charge_kind,
        charge_category,
        case when is_correction then 'Correction' end as charge_class,
        charge_frequency,
        case charge_part
            when 'vat' then 'VAT: '
            when 'setup' then case corrected_kind when 'setup' then '' else 'Setup: ' end
            else ''
        end || coalesce(description, 'Line ' || line_number) as charge_description,
        charge_start,
        charge_end,
        part_amount as billed_amount,
        case when share_count > 0 then 0 else part_amount end as effective_amount,
        price_source,
        pricing_unit,
        pricing_quantity,
        unit_price,
        case when charge_category = 'Usage' then pricing_quantity end as consumed_quantity,
        case when charge_category = 'Usage' then pricing_unit end as consumed_unit,
        share_count,
        minor_divisor,
        period_reason as reason
    from priced_parts
)

select * from charges
