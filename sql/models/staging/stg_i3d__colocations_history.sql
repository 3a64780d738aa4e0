with versions as (
    select * from {{ source('raw_i3d', 'colocations_history') }}
),

currencies as (
    select * from {{ ref('stg_i3d__currencies') }}
),

contract_versions as (
    select
        versions.id as colocation_id,
        coalesce(currencies.currency_code, 'XXX') as currency_code,
        {{ cents_to_amount('versions.price_per_month', 'currencies.minor_divisor') }} as monthly_price,
        {{ cents_to_amount('versions.price_per_tb_overuse', 'currencies.minor_divisor', scale=6) }} as price_per_tb_overuse,
        {{ cents_to_amount('versions.power_kwh_price', 'currencies.minor_divisor', scale=6) }} as price_per_kwh,
        {{ bandwidth_columns('versions') }},
        coalesce(versions.unlimited_ingress = 1, false) as has_free_ingress,
        {{ version_columns('versions') }}
    from versions
    left join currencies on versions.currency_id = currencies.currency_id
)

select * from contract_versions
