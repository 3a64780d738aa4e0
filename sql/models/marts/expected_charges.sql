with charges as (
    select * from {{ ref('int_charges__expected') }}
),

expected_charges as (
    select
        expected_charge_id,
        service_key,
        charge_kind,
        period_start,
        period_end,
        expected_on,
        quantity,
        unit,
        unit_price,
        amount,
        currency_code,
        coalesce(reason, case when amount is null then 'unpriced' end) as reason
    from charges
)

select * from expected_charges
order by service_key, charge_kind, period_start, unit
