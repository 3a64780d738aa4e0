with kinds as (
    select * from {{ ref('cost_by_kind_month') }}
),

services as (
    select
        month,
        currency_code,
        count(distinct service_key) as service_count
    from {{ ref('cost_by_service_month') }}
    group by month, currency_code
),

cost_by_month as (
    select
        kinds.month,
        kinds.currency_code,
        coalesce(any_value(services.service_count), 0) as service_count,
        cast(sum(kinds.amount) as decimal(18, 4)) as amount,
        case
            when count(*) filter (where kinds.service_count > 0) = count(kinds.amount_eur)
                then cast(sum(kinds.amount_eur) as decimal(18, 4))
        end as amount_eur,
        cast(sum(kinds.unknown_count) as bigint) as unknown_count,
        cast(sum(kinds.previous_amount) as decimal(18, 4)) as previous_amount,
        cast(sum(kinds.change_amount) as decimal(18, 4)) as change_amount,
        cast(sum(kinds.presence_amount) as decimal(18, 4)) as presence_amount,
        cast(sum(kinds.quantity_amount) as decimal(18, 4)) as quantity_amount,
        cast(sum(kinds.price_amount) as decimal(18, 4)) as price_amount,
        cast(sum(kinds.unknown_change_count) as bigint) as unknown_change_count,
        bool_or(kinds.is_month_over) as is_month_over,
        case
            when count(kinds.forecast_amount) > 0
                then cast(sum(coalesce(kinds.forecast_amount, kinds.amount)) as decimal(18, 4))
        end as forecast_amount,
        cast(sum(kinds.forecast_unknown_count) as bigint) as forecast_unknown_count
    from kinds
    left join services on kinds.month = services.month and kinds.currency_code = services.currency_code
    group by kinds.month, kinds.currency_code
)

select * from cost_by_month
order by month, currency_code
