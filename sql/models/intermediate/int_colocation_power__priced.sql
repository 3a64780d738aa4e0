with days as (
    select
        colocation_id,
        day,
        sum({{ to_millionths('energy_kwh') }}) as energy
    from {{ ref('int_colocation_feeds__attributed') }}
    group by colocation_id, day
),

priced_days as (
    select
        days.colocation_id,
        {{ month_of('days.day') }} as month,
        days.energy,
        prices.price_per_kwh,
        prices.currency_code,
        days.day < prices.first_seen_on as is_before_first_seen
    from days
    left join {{ ref('int_colocation_power_prices') }} as prices
        on days.colocation_id = prices.colocation_id and days.day >= prices.valid_from and days.day < prices.valid_to
    where days.energy is not null
),

months as (
    select
        colocation_id,
        month,
        case
            when count(*) = count(price_per_kwh) and min(currency_code) = max(currency_code)
                then sum(energy * {{ to_millionths('price_per_kwh') }})
        end as exact_cost,
        case when count(*) = count(price_per_kwh) and min(price_per_kwh) = max(price_per_kwh) then min(price_per_kwh) end
            as price_per_kwh,
        case when min(currency_code) = max(currency_code) then min(currency_code) end as currency_code,
        count(*) = count(price_per_kwh) as is_price_known,
        count(distinct price_per_kwh) as price_count,
        count(distinct currency_code) as currency_count,
        coalesce(bool_or(is_before_first_seen), false) as is_before_first_seen
    from priced_days
    group by colocation_id, month
),

priced_months as (
    select
        months.colocation_id,
        months.month,
        months.price_per_kwh,
        months.currency_code,
        months.is_price_known,
        months.price_count,
        months.currency_count,
        months.is_before_first_seen,
        {{ minor_to_amount(
            divide_half_up('months.exact_cost * ' ~ minor_units('coalesce(currencies.decimals, 2)'), 'cast(1000000000000 as hugeint)'),
            'coalesce(currencies.decimals, 2)'
        ) }} as cost_amount
    from months
    left join {{ ref('int_currencies__listed') }} as currencies on months.currency_code = currencies.currency_code
)

select * from priced_months
