with charges as (
    select * from {{ ref('int_charges__expected') }}
),

currencies as (
    select * from {{ ref('int_currencies__listed') }}
),

expected_charges as (
    select
        charges.expected_charge_id,
        charges.service_key,
        charges.charge_kind,
        charges.period_start,
        charges.period_end,
        charges.expected_on,
        charges.quantity,
        charges.unit,
        charges.unit_price,
        charges.amount,
        charges.currency_code,
        nullif(concat_ws(
            ', ',
            coalesce(charges.reason, case when charges.amount is null then 'unpriced' end),
            case when currencies.is_scale_unproved then 'currency_scale_unproved' end
        ), '') as reason
    from charges
    left join currencies on charges.currency_code = currencies.currency_code
)

select * from expected_charges
order by service_key, charge_kind, period_start, unit
