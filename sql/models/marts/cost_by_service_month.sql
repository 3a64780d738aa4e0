with clock as (
    select * from {{ ref('int_clock__read') }}
),

charges as (
    select * from {{ ref('int_service_charges__priced') }}
),

currencies as (
    select * from {{ ref('int_currencies__listed') }}
),

rates as (
    select * from {{ ref('int_currency_rates__dated') }}
),

services as (
    select * from {{ ref('services') }}
),

month_totals as (
    select
        charges.service_key,
        charges.month,
        charges.charge_kind,
        charges.currency_code,
        max(charges.parts_of_unit) as parts_of_unit,
        -- The GB of an on-demand server are priced beside its hours, not counted among them.
        case
            when count(*) = count(charges.part_quantity) then sum(charges.part_quantity) filter (where charges.unit != 'GB')
        end as part_quantity,
        max(charges.unit) filter (where charges.unit != 'GB') as unit,
        case
            when count(*) = count(charges.unit_price) and min(charges.unit_price) = max(charges.unit_price)
                then min(charges.unit_price)
        end as unit_price,
        case when count(*) = count(charges.amount_parts) then sum(charges.amount_parts) end as amount_parts,
        string_agg(distinct charges.reason, ', ' order by charges.reason) as reason
    from charges
    group by
        charges.service_key,
        charges.month,
        charges.charge_kind,
        charges.currency_code
),

amounts as (
    select
        month_totals.*,
        {{ divide_quantity('month_totals.part_quantity', 'month_totals.parts_of_unit') }} as quantity,
        {{ round_amount('month_totals.amount_parts', 'month_totals.parts_of_unit', 'currencies.decimals') }} as amount,
        least(last_day(month_totals.month), clock.as_of_on) as converted_on,
        coalesce(currencies.is_scale_unproved, false) as is_scale_unproved
    from month_totals
    left join currencies on month_totals.currency_code = currencies.currency_code
    cross join clock
),

cost_by_service_month as (
    select
        amounts.service_key,
        amounts.month,
        amounts.charge_kind,
        amounts.currency_code,
        amounts.quantity,
        amounts.unit,
        amounts.unit_price,
        amounts.amount,
        case
            when amounts.currency_code = 'EUR' then amounts.amount
            else {{ to_euro('amounts.amount', 'rates.conversion_rate_to_euro') }}
        end as amount_eur,
        nullif(concat_ws(
            ', ',
            amounts.reason,
            case when amounts.currency_code = 'XXX' and amounts.amount is not null then 'unknown_currency' end,
            case when amounts.is_scale_unproved then 'currency_scale_unproved' end
        ), '') as reason,
        case
            when amounts.amount is null then 'amount_unknown'
            when amounts.currency_code != 'EUR' and rates.conversion_rate_to_euro is null then 'no_rate'
            when amounts.currency_code != 'EUR' then 'rate_direction_unproved'
        end as eur_reason,
        rates.conversion_rate_to_euro,
        '{{ var("conversion_rate_direction") }}' as conversion_rate_direction,
        '{{ var("proration") }}' as proration,
        services.purchase_order,
        services.project_name
    from amounts
    left join rates
        on
            amounts.currency_code = rates.currency_code
            and amounts.converted_on >= rates.valid_from
            and coalesce(amounts.converted_on < rates.valid_to, true)
    left join services on amounts.service_key = services.service_key
)

select * from cost_by_service_month
order by service_key, month, charge_kind, currency_code
