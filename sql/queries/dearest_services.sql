-- asks: Which services cost most in the last month that is over?
with over_months as (
    select distinct month
    from marts.cost_change_by_service_month
    where is_month_over
),

last_month as (
    select max(month) as month
    from over_months
)

select
    spend.service_key,
    services.service_name,
    services.location,
    spend.currency_code,
    sum(spend.amount) as amount,
    sum(spend.amount_eur) as amount_eur
from marts.cost_by_service_month as spend
inner join last_month on spend.month = last_month.month
left join marts.services as services on spend.service_key = services.service_key
group by spend.service_key, services.service_name, services.location, spend.currency_code
order by amount_eur desc nulls last, spend.service_key asc
limit 20
