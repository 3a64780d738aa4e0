with currencies as (
    select
        currency_code,
        max(decimals) as decimals,
        max(minor_divisor) as minor_divisor,
        {{ "currency_code = 'JPY'" if not var('yen_divisor') else 'false' }} as is_scale_unproved
    from {{ ref('stg_i3d__currencies') }}
    group by currency_code
)

select * from currencies
