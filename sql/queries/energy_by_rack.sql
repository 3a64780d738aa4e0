-- asks: How much energy did each rack use, what did a kWh cost, and can the figure be billed on?
select
    month,
    colocation_id,
    energy_kwh,
    price_per_kwh,
    cost_amount,
    currency_code,
    provider_kwh,
    coverage_pct,
    is_billing_grade,
    reason
from marts.power_by_colocation_month
order by month desc, colocation_id asc
