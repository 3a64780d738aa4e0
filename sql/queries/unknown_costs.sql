-- asks: Which costs are not known, and what is missing to know them?
select
    reason,
    charge_kind,
    count(distinct service_key) as service_count,
    min(month) as first_month,
    max(month) as last_month
from marts.cost_by_service_month
where amount is null
group by reason, charge_kind
order by service_count desc, reason asc, charge_kind asc
