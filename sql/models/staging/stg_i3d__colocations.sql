with racks as (
    select * from {{ source('raw_i3d', 'colocations') }}
),

currencies as (
    select * from {{ ref('stg_i3d__currencies') }}
),

colocations as (
    select
        racks.id as colocation_id,
        {{ blank_to_null('racks.name') }} as colocation_name,
        {{ blank_to_null("racks.datacenter ->> '$.address.name'") }} as datacenter_name,
        {{ blank_to_null("racks.datacenter ->> '$.address.city'") }} as city,
        racks.datacenter ->> '$.address.country' as country,
        racks.rack ->> '$.rack' as rack_name,
        try_cast(racks.rack ->> '$.rentedUnits' as integer) as rented_units,
        {{ contract_columns('racks') }},
        racks.payment_term as payment_term_days,
        coalesce(currencies.currency_code, 'XXX') as currency_code,
        {{ cents_to_amount('racks.price_per_month', 'currencies.minor_divisor') }} as monthly_price,
        {{ cents_to_amount('racks.price_per_tb_overuse', 'currencies.minor_divisor', scale=6) }} as price_per_tb_overuse,
        {{ cents_to_amount('racks.power_kwh_price', 'currencies.minor_divisor', scale=6) }} as price_per_kwh,
        try_cast(racks.power_max_ampere as decimal(18, 6)) as contract_amps,
        racks.power_meter as power_meter_kwh,
        {{ bandwidth_columns('racks') }},
        coalesce(racks.unlimited_ingress = 1, false) as has_free_ingress,
        racks.uplinks,
        {{ seen_columns('racks') }}
    from racks
    left join currencies on racks.currency_id = currencies.currency_id
)

select * from colocations
