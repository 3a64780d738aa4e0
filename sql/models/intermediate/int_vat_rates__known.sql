with default_rates as (
    select cast(unnest({{ var('vat_known_rates') }}) as decimal(9, 4)) as rate_pct
),

rates as (
    select * from default_rates
    union by name
    select
        rate_pct,
        valid_from,
        valid_to
    from {{ ref('vat_rates') }}
    where rate_pct is not null
)

select * from rates
