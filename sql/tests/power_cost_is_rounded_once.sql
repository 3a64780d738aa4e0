-- A cost further from energy times price than one rounding takes it, where one price held.
select months.*
from {{ ref('power_by_colocation_month') }} as months
left join {{ ref('int_currencies__listed') }} as currencies on months.currency_code = currencies.currency_code
where
    months.price_per_kwh is not null
    and months.cost_amount is not null
    and abs(months.cost_amount - {{ product('months.energy_kwh', 'months.price_per_kwh') }}) * {{ minor_units('currencies.decimals') }} * 2 > 1
