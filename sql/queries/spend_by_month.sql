-- asks: What did everything cost, month by month and by kind of charge? The newest month is not over.
select
    month,
    charge_kind,
    currency_code,
    sum(amount) as amount,
    sum(amount_eur) as amount_eur,
    count(*) - count(amount) as unknown_count
from marts.cost_by_service_month
group by month, charge_kind, currency_code
order by month desc, charge_kind asc, currency_code asc
