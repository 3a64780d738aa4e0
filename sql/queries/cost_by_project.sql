-- asks: What does each project cost a month? An empty name stands for the services without one.
select
    month,
    dimension_value as project,
    currency_code,
    service_count,
    amount,
    amount_eur,
    unknown_count
from marts.cost_by_allocation_month
where dimension = 'project'
order by month desc, amount_eur desc nulls last, project asc
