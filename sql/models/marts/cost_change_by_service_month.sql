with clock as (
    select * from {{ ref('int_clock__read') }}
),

costs as (
    select * from {{ ref('cost_by_service_month') }}
),

currencies as (
    select * from {{ ref('int_currencies__listed') }}
),

previous_months as (
    select
        service_key,
        {{ add_months('month', 1) }} as month,
        charge_kind,
        currency_code,
        quantity,
        unit_price,
        amount
    from costs
),

pairs as (
    select
        coalesce(costs.service_key, previous_months.service_key) as service_key,
        coalesce(costs.month, previous_months.month) as month,
        coalesce(costs.charge_kind, previous_months.charge_kind) as charge_kind,
        coalesce(costs.currency_code, previous_months.currency_code) as currency_code,
        costs.service_key is null as is_gone,
        previous_months.service_key is null as is_new,
        previous_months.amount as amount_before,
        costs.amount as amount_after,
        previous_months.quantity as quantity_before,
        costs.quantity as quantity_after,
        -- Where several prices held in a month none of them compares.
        coalesce(previous_months.unit_price = costs.unit_price, false) as has_same_price,
        coalesce(previous_months.quantity = costs.quantity, false) as has_same_quantity,
        case when previous_months.service_key is null then 0 else previous_months.amount end as known_before,
        case when costs.service_key is null then 0 else costs.amount end as known_after
    from costs
    full join previous_months
        on
            costs.service_key = previous_months.service_key
            and costs.month = previous_months.month
            and costs.charge_kind = previous_months.charge_kind
            and costs.currency_code = previous_months.currency_code
),

changes as (
    select
        pairs.*,
        pairs.known_after - pairs.known_before as change_amount,
        {{ month_of('clock.as_of_on') }} > pairs.month as is_month_over,
        currencies.decimals
    from pairs
    cross join clock
    left join currencies on pairs.currency_code = currencies.currency_code
    where pairs.month <= clock.as_of_on
),

-- The other quantity at the old price; the rest of the change is the price.
quantity_changes as (
    select
        *,
        case
            when is_new or is_gone or change_amount is null then null
            when has_same_quantity then 0
            when has_same_price then change_amount
            when quantity_before > 0 and quantity_after is not null
                then {{ minor_to_amount(divide_half_up(
                    unscaled('known_before') ~ ' * ' ~ unscaled('cast(quantity_after - quantity_before as decimal(38, 6))')
                    ~ ' * ' ~ minor_units('decimals'),
                    unscaled('quantity_before') ~ ' * 10000'
                ), 'decimals') }}
            else change_amount
        end as quantity_amount
    from changes
),

parts as (
    select
        *,
        case when is_new or is_gone then change_amount end as presence_amount,
        change_amount - quantity_amount as price_amount
    from quantity_changes
),

cost_change_by_service_month as (
    select
        service_key,
        month,
        charge_kind,
        currency_code,
        cast(amount_before as decimal(18, 4)) as previous_amount,
        cast(amount_after as decimal(18, 4)) as amount,
        cast(change_amount as decimal(18, 4)) as change_amount,
        cast(presence_amount as decimal(18, 4)) as presence_amount,
        cast(quantity_amount as decimal(18, 4)) as quantity_amount,
        cast(price_amount as decimal(18, 4)) as price_amount,
        case
            when change_amount is null then 'unknown'
            when is_new then 'new'
            when is_gone then 'gone'
            when change_amount = 0 then 'unchanged'
            when quantity_amount = 0 then 'price'
            when price_amount = 0 then 'quantity'
            else 'mixed'
        end as reason,
        is_month_over
    from parts
)

select * from cost_change_by_service_month
order by service_key, month, charge_kind, currency_code
