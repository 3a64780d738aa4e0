with costs as (
    select
        service_costs.*,
        currencies.decimals
    from {{ ref('cost_by_service_month') }} as service_costs
    left join {{ ref('int_currencies__listed') }} as currencies on service_costs.currency_code = currencies.currency_code
),

labels as (
    select * from {{ ref('int_service_labels__listed') }}
),

dimensions as (
    select distinct dimension from labels
),

-- What carries several tags is shared out evenly; the first of them take the cents that are left.
shares as (
    select
        dimensions.dimension,
        coalesce(labels.dimension_value, '') as dimension_value,
        costs.*,
        count(*) over (
            partition by dimensions.dimension, costs.service_key, costs.month, costs.charge_kind, costs.currency_code
        ) as share_count,
        row_number() over (
            partition by dimensions.dimension, costs.service_key, costs.month, costs.charge_kind, costs.currency_code
            order by labels.dimension_value
        ) as share_position
    from costs
    cross join dimensions
    left join labels on dimensions.dimension = labels.dimension and costs.service_key = labels.service_key
),

amounts as (
    select
        dimension,
        dimension_value,
        month,
        currency_code,
        service_key,
        {{ share_of_amount('amount', 'decimals', 'share_count', 'share_position') }} as amount,
        {{ share_of_amount('amount_eur', 2, 'share_count', 'share_position') }} as amount_eur
    from shares
),

cost_by_allocation_month as (
    select
        dimension,
        dimension_value,
        month,
        currency_code,
        count(distinct service_key) as service_count,
        cast(sum(amount) as decimal(18, 4)) as amount,
        case when count(*) = count(amount_eur) then cast(sum(amount_eur) as decimal(18, 4)) end as amount_eur,
        count(*) - count(amount) as unknown_count
    from amounts
    group by
        dimension,
        dimension_value,
        month,
        currency_code
)

select * from cost_by_allocation_month
order by dimension, dimension_value, month, currency_code
