with known_prices as (
    select
        split_part(service_key, ':', 2) as colocation_id,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        price_per_kwh,
        currency_code
    from {{ ref('service_price_history') }}
    where service_key like 'colocation:%'
),

current_prices as (
    select
        racks.colocation_id,
        date '9999-12-31' as valid_from,
        date '9999-12-31' as valid_to,
        racks.price_per_kwh,
        racks.currency_code
    from {{ ref('stg_i3d__colocations') }} as racks
    anti join known_prices on racks.colocation_id = known_prices.colocation_id
),

all_prices as (
    select * from known_prices
    union all
    select * from current_prices
),

-- Before the first load that saw a price, and after the last, the nearest one holds.
power_prices as (
    select
        colocation_id,
        case when row_number() over prices_of_rack = 1 then date '1970-01-01' else valid_from end as valid_from,
        case when lead(valid_from) over prices_of_rack is null then date '9999-12-31' else valid_to end as valid_to,
        min(valid_from) over (partition by colocation_id) as first_seen_on,
        price_per_kwh,
        currency_code
    from all_prices
    window prices_of_rack as (partition by colocation_id order by valid_from)
)

select * from power_prices
