with charges as (
    select * from {{ ref('int_focus_charges__united') }}
),

services as (
    select * from {{ ref('int_focus_services__described') }}
),

tags as (
    select * from {{ ref('int_focus_tags__listed') }}
),

measured_energy as (
    select
        service_key,
        month,
        max(quantity) as energy_kwh
    from {{ ref('cost_by_service_month') }}
    where charge_kind = 'power'
    group by service_key, month
),

findings as (
    select
        invoice_id,
        line_number,
        string_agg(distinct code, ', ' order by code) as reconciliation_code
    from {{ ref('invoice_reconciliation') }}
    where invoice_id is not null
    group by invoice_id, line_number
),

used_convention as (
    select max(convention) as convention
    from {{ ref('proration_fit') }}
    where is_used
),

products as (
    select
        charges.*,
        findings.reconciliation_code,
        case when charges.charge_kind = 'recurring' then used_convention.convention end as proration_convention,
        services.service_type,
        services.service_name,
        services.rack_name,
        services.resource_id,
        services.region_id,
        services.region_name,
        tags.tags,
        measured_energy.energy_kwh as measured_kwh,
        case
            when charges.charge_kind = 'power' then 'Colocation Power'
            when charges.charge_kind = 'bandwidth_overuse' then 'Bandwidth'
            when services.service_type = 'dedicated_server' then 'Dedicated Servers'
            when services.service_type = 'flexmetal_server' then 'FlexMetal'
            when services.service_type = 'colocation' then 'Colocation'
            when services.service_type = 'cross_connect' then 'Cross Connect'
            else 'Other'
        end as product_name,
        case
            when charges.charge_kind = 'setup' then 'setup:' || coalesce(services.service_type, 'other')
            when charges.charge_kind = 'power' then 'colo:power'
            when charges.charge_kind = 'bandwidth_overuse' and charges.pricing_unit = 'TB' then 'bw:tb-overuse'
            when charges.charge_kind = 'bandwidth_overuse' and charges.pricing_unit = 'Mb/Second' then 'bw:mbit-overuse'
            when charges.charge_kind = 'bandwidth_overuse' then 'bw:overuse'
            when services.service_type = 'dedicated_server' then 'dedicated:' || coalesce(services.instance_type, 'server')
            when services.service_type = 'flexmetal_server' then 'flexmetal:' || coalesce(services.instance_type, 'server')
            when services.service_type = 'colocation' then 'colo:rack'
            when services.service_type = 'cross_connect' then 'crossconnect:line'
            else 'other:' || charges.charge_kind
        end as sku,
        services.service_type = 'flexmetal_server' and regexp_matches(lower(charges.charge_description), '\bcommit')
            as is_committed
    from charges
    cross join used_convention
    left join findings on charges.invoice_id = findings.invoice_id and charges.line_number = findings.line_number
    left join services on charges.service_key = services.service_key
    left join tags on charges.service_key = tags.service_key
    left join measured_energy
        on
            charges.service_key = measured_energy.service_key
            and charges.charge_kind = 'power'
            and charges.charge_start = measured_energy.month
),

-- A charge without a price has no SKU either, and costs by list and contract what is billed.
named_charges as (
    select
        * exclude (service_type, sku, is_committed),
        case
            when product_name in ('Dedicated Servers', 'FlexMetal') then 'Compute'
            when product_name in ('Bandwidth', 'Cross Connect') then 'Networking'
            else 'Other'
        end as product_category,
        case
            when product_name in ('Dedicated Servers', 'FlexMetal') then 'Other (Compute)'
            when product_name in ('Bandwidth', 'Cross Connect') then 'Network Connectivity'
            else 'Other (Other)'
        end as product_subcategory,
        case service_type
            when 'dedicated_server' then 'Dedicated Server'
            when 'flexmetal_server' then 'FlexMetal Server'
            when 'colocation' then 'Colocation'
            when 'cross_connect' then 'Cross Connect'
        end as resource_type,
        case
            when price_source = 'amount' then 'Other'
            when price_source is not null and is_committed then 'Committed'
            when price_source is not null then 'Standard'
        end as pricing_category,
        case when price_source is not null then sku end as sku_id,
        case
            when price_source is null then null
            when charge_kind = 'recurring' then 'Monthly Fee'
            when charge_kind = 'power' then 'Energy'
            when charge_kind = 'bandwidth_overuse' then 'Bandwidth above the Commit'
            when charge_kind = 'setup' then 'Setup'
            else 'Usage'
        end as sku_meter,
        case
            when price_source is not null then concat_ws(
                '/', sku, currency_code, {{ rate_text('cast(unit_price as decimal(28, 6)) * 100') }}, service_key
            )
        end as sku_price_id,
        case
            when price_source is not null then cast(pricing_quantity as decimal(38, 6)) * unit_price
            else cast(billed_amount as decimal(38, 12))
        end as priced_cost
    from products
)

select * from named_charges -- noqa: AM04
