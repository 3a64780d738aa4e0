-- What a month costs is the sum of quantity times price of its periods, to within half a minor unit: rounded once.
with charges as (
    select
        service_key,
        month,
        charge_kind,
        currency_code,
        max(parts_of_unit) as parts_of_unit,
        count(*) - count(amount_parts) as unknown_count,
        sum(amount_parts) as amount_parts
    from {{ ref('int_service_charges__priced') }}
    group by all
),

compared as (
    select
        cost.*,
        charges.unknown_count,
        charges.amount_parts,
        charges.parts_of_unit,
        {{ minor_units('currencies.decimals') }} as minor_units
    from {{ ref('cost_by_service_month') }} as cost
    full join charges using (service_key, month, charge_kind, currency_code)
    left join {{ ref('int_currencies__listed') }} as currencies using (currency_code)
)

select * from compared
where
    charge_kind is null
    or unknown_count is null
    or (unknown_count > 0) != (amount is null)
    or 2 * minor_units * abs(cast(amount as decimal(28, 4)) * parts_of_unit - amount_parts) > parts_of_unit
    or amount is null and reason is null
    or amount_eur is null and eur_reason is null
