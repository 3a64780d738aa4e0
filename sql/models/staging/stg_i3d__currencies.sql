with documented_currencies as (
    select known.*
    from (values ('0', 'EUR', 2), ('1', 'USD', 2), ('9', 'JPY', 0)) as known (currency_id, currency_code, decimals)
),

listed_currencies as (
    select
        id as currency_id,
        name as currency_name,
        sign as currency_sign,
        cast(decimals as integer) as decimals,
        {{ currency_code('name') }} as currency_code,
        try_cast(conversion_rate_to_euro as decimal(18, 8)) as conversion_rate_to_euro
    from {{ source('raw_i3d', 'currencies') }}
),

currencies as (
    select
        listed_currencies.currency_name,
        listed_currencies.currency_sign,
        listed_currencies.conversion_rate_to_euro,
        coalesce(documented_currencies.currency_id, listed_currencies.currency_id) as currency_id,
        coalesce(documented_currencies.currency_code, listed_currencies.currency_code) as currency_code,
        coalesce(listed_currencies.decimals, documented_currencies.decimals, 2) as decimals
    from documented_currencies
    full join listed_currencies on documented_currencies.currency_id = listed_currencies.currency_id
),

divisors as (
    select
        currency_id,
        currency_code,
        currency_name,
        currency_sign,
        decimals,
        conversion_rate_to_euro,
        coalesce(
            case currency_code when 'JPY' then {{ var('yen_divisor') or 'null' }} end,
            case decimals when 0 then 1 when 3 then 1000 else 100 end
        ) as minor_divisor
    from currencies
)

select * from divisors
