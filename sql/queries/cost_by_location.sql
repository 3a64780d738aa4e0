-- asks: What does each location cost a month?
select
    spend.month,
    services.location,
    spend.currency_code,
    count(distinct spend.service_key) as service_count,
    sum(spend.amount) as amount,
    sum(spend.amount_eur) as amount_eur
from marts.cost_by_service_month as spend
left join marts.services as services on spend.service_key = services.service_key
group by spend.month, services.location, spend.currency_code
order by spend.month desc, services.location asc, spend.currency_code asc
