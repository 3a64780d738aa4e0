with amounts as (
    select
        month,
        charge_kind,
        currency_code,
        count(distinct service_key) as service_count,
        sum(amount) as amount,
        case when count(*) = count(amount_eur) then sum(amount_eur) end as amount_eur,
        count(*) - count(amount) as unknown_count
    from {{ ref('cost_by_service_month') }}
    group by month, charge_kind, currency_code
),

changes as (
    select
        month,
        charge_kind,
        currency_code,
        sum(previous_amount) as previous_amount,
        sum(change_amount) as change_amount,
        sum(coalesce(presence_amount, 0)) filter (where change_amount is not null) as presence_amount,
        sum(coalesce(quantity_amount, 0)) filter (where change_amount is not null) as quantity_amount,
        sum(coalesce(price_amount, 0)) filter (where change_amount is not null) as price_amount,
        count(*) - count(change_amount) as unknown_change_count,
        bool_and(is_month_over) as is_month_over
    from {{ ref('cost_change_by_service_month') }}
    group by month, charge_kind, currency_code
),

forecasts as (
    select
        month,
        charge_kind,
        currency_code,
        -- What cannot be forecast stands as it is: a month does not end below what it came to already.
        case when count(forecast_amount) > 0 then sum(coalesce(forecast_amount, amount)) end as forecast_amount,
        count(*) - count(forecast_amount) as forecast_unknown_count,
        string_agg(distinct forecast_method, ', ' order by forecast_method) as forecast_method
    from {{ ref('int_cost_forecast__projected') }}
    group by month, charge_kind, currency_code
),

kinds as (
    select
        month,
        charge_kind,
        currency_code
    from amounts
    union
    select
        month,
        charge_kind,
        currency_code
    from changes
    union
    select
        month,
        charge_kind,
        currency_code
    from forecasts
),

cost_by_kind_month as (
    select
        kinds.month,
        kinds.charge_kind,
        kinds.currency_code,
        coalesce(amounts.service_count, 0) as service_count,
        cast(amounts.amount as decimal(18, 4)) as amount,
        cast(amounts.amount_eur as decimal(18, 4)) as amount_eur,
        coalesce(amounts.unknown_count, 0) as unknown_count,
        cast(changes.previous_amount as decimal(18, 4)) as previous_amount,
        cast(changes.change_amount as decimal(18, 4)) as change_amount,
        cast(changes.presence_amount as decimal(18, 4)) as presence_amount,
        cast(changes.quantity_amount as decimal(18, 4)) as quantity_amount,
        cast(changes.price_amount as decimal(18, 4)) as price_amount,
        coalesce(changes.unknown_change_count, 0) as unknown_change_count,
        coalesce(changes.is_month_over, false) as is_month_over,
        cast(forecasts.forecast_amount as decimal(18, 4)) as forecast_amount,
        cast(coalesce(forecasts.forecast_unknown_count, 0) as bigint) as forecast_unknown_count,
        forecasts.forecast_method
    from kinds
    left join amounts
        on
            kinds.month = amounts.month and kinds.charge_kind = amounts.charge_kind
            and kinds.currency_code = amounts.currency_code
    left join changes
        on
            kinds.month = changes.month and kinds.charge_kind = changes.charge_kind
            and kinds.currency_code = changes.currency_code
    left join forecasts
        on
            kinds.month = forecasts.month and kinds.charge_kind = forecasts.charge_kind
            and kinds.currency_code = forecasts.currency_code
)

select * from cost_by_kind_month
order by month, charge_kind, currency_code
