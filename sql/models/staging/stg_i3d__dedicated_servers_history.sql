with versions as (
    select * from {{ source('raw_i3d', 'dedicated_servers_history') }}
),

currencies as (
    select * from {{ ref('stg_i3d__currencies') }}
),

contract_versions as (
    select
        versions.id as dedicated_server_id,
        coalesce(currencies.currency_code, 'XXX') as currency_code,
        {{ cents_to_amount('versions.price_per_month', 'currencies.minor_divisor') }} as monthly_price,
        {{ cents_to_amount('versions.price_per_tb_overuse', 'currencies.minor_divisor', scale=6) }} as price_per_tb_overuse,
        {{ bandwidth_columns('versions') }},
        {{ version_columns('versions') }}
    from versions
    left join currencies on versions.currency_id = currencies.currency_id
)

select * from contract_versions
