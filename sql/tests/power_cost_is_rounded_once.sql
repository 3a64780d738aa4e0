-- A cost further from energy times price than one rounding takes it, where one price held.
with decimals as (
    select
        currency_code,
        max({{ minor_units('decimals') }}) as minor_units
    from {{ ref('stg_i3d__currencies') }}
    group by currency_code
)

select months.*
from {{ ref('power_by_colocation_month') }} as months
left join decimals on months.currency_code = decimals.currency_code
where
    months.price_per_kwh is not null
    and months.cost_amount is not null
    and abs(months.cost_amount - {{ product('months.energy_kwh', 'months.price_per_kwh') }}) * coalesce(decimals.minor_units, 100) * 2 > 1
