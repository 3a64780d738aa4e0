with observations as (
    select * from {{ source('raw_i3d', 'currencies_observations') }}
),

currencies as (
    select * from {{ ref('stg_i3d__currencies') }}
),

rates as (
    select
        observations.id as currency_id,
        currencies.currency_code,
        {{ utc('observations.observed_at') }} as observed_at,
        try_cast(observations.conversion_rate_to_euro as decimal(18, 8)) as conversion_rate_to_euro
    from observations
    inner join currencies on observations.id = currencies.currency_id
)

select * from rates
