-- In every dimension the values of a month and currency are the whole cost of it, no cent more or less.
with dimension_totals as (
    select
        dimension,
        month,
        currency_code,
        sum(amount) as amount
    from {{ ref('cost_by_allocation_month') }}
    group by all
),

dimensions as (
    select distinct dimension from {{ ref('int_service_labels__listed') }}
),

cost_totals as (
    select
        dimensions.dimension,
        cost.month,
        cost.currency_code,
        sum(cost.amount) as amount
    from {{ ref('cost_by_service_month') }} as cost
    cross join dimensions
    group by all
)

select *
from cost_totals
full join dimension_totals using (dimension, month, currency_code)
where cost_totals.amount is distinct from dimension_totals.amount
