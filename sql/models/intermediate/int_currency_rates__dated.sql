with observations as (
    select
        *,
        {{ billing_date('observed_at') }} as observed_on
    from {{ ref('stg_i3d__currencies_observations') }}
    where currency_code != 'XXX' and conversion_rate_to_euro > 0
),

last_of_each_day as (
    select * from observations
    qualify row_number() over (partition by currency_code, observed_on order by observed_at desc, currency_id asc) = 1
),

rates as (
    select
        currency_code,
        observed_on as valid_from,
        lead(observed_on) over (partition by currency_code order by observed_on) as valid_to,
        conversion_rate_to_euro
    from last_of_each_day
)

select * from rates
