with versions as (
    select * from {{ source('raw_i3d', 'cross_connects_history') }}
),

currencies as (
    select * from {{ ref('stg_i3d__currencies') }}
),

contract_versions as (
    select
        versions.id as cross_connect_id,
        coalesce(currencies.currency_code, 'XXX') as currency_code,
        {{ cents_to_amount('versions.monthly_fee', 'currencies.minor_divisor') }} as monthly_price,
        {{ version_columns('versions') }}
    from versions
    left join currencies on versions.currency_id = currencies.currency_id
)

select * from contract_versions
