{{ config(materialized='table') }}

{%- set unseen = [
    'no_telemetry', 'no_samples', 'incomplete_month', 'low_coverage', 'open_month', 'observed_early', 'no_pdu', 'shared_pdu',
    'coarse_step', 'step_unknown', 'unit_unknown', 'traffic_semantics_unknown', 'hours_unknown', 'bandwidth_unknown'
] | join('|') %}

with clock as (
    select * from {{ ref('int_clock__read') }}
),

habits as (
    select * from {{ ref('int_billing_habits__inferred') }}
),

currencies as (
    select * from {{ ref('int_currencies__listed') }}
),

recurring_charges as (
    select
        parts.service_key,
        'recurring' as charge_kind,
        'month' as unit,
        parts.period_start,
        parts.period_end,
        parts.expected_on,
        parts.quantity,
        cast(parts.monthly_price as decimal(18, 6)) as unit_price,
        parts.amount,
        parts.currency_code,
        parts.reason,
        not parts.is_whole as is_partial
    from {{ ref('int_recurring_parts__prorated') }} as parts
    inner join {{ ref('proration_fit') }} as conventions on parts.convention = conventions.convention
    where conventions.is_used
),

priced_charges as (
    select
        *,
        split_part(service_key, ':', 1) as service_type
    from {{ ref('int_service_charges__priced') }}
),

setup_charges as (
    select
        charges.service_key,
        charges.charge_kind,
        charges.unit,
        charges.period_start,
        charges.period_end,
        services.first_run_on as expected_on,
        charges.part_quantity as quantity,
        charges.unit_price,
        charges.amount_parts,
        charges.currency_code,
        charges.reason
    from priced_charges as charges
    inner join {{ ref('int_recurring_services__spanned') }} as services on charges.service_key = services.service_key
    -- What began before the first billed period and is on its invoices counts too.
    where charges.charge_kind = 'setup' and services.first_run_on >= services.begins_on - services.days_ahead
),

-- Use is known when its month is over, and billed after it.
used_charges as (
    select
        charges.service_key,
        charges.charge_kind,
        charges.unit,
        charges.month as period_start,
        {{ add_months('charges.month', 1) }} as period_end,
        {{ add_months('charges.month', 1) }} + min(habits.days_behind) as expected_on,
        case when count(*) = count(charges.part_quantity) then sum(charges.part_quantity) end as quantity,
        case
            when count(*) = count(charges.unit_price) and min(charges.unit_price) = max(charges.unit_price)
                then min(charges.unit_price)
        end as unit_price,
        case when count(*) = count(charges.amount_parts) then sum(charges.amount_parts) end as amount_parts,
        charges.currency_code,
        string_agg(distinct charges.reason, ', ' order by charges.reason) as reason
    from priced_charges as charges
    inner join habits on charges.service_type = habits.service_type and charges.charge_kind = habits.charge_kind
    cross join clock
    where
        charges.charge_kind not in ('recurring', 'setup')
        and charges.month >= habits.begins_on
        and {{ add_months('charges.month', 1) }} <= clock.as_of_on
    group by charges.service_key, charges.charge_kind, charges.unit, charges.month, charges.currency_code
),

measured_charges as (
    select * from setup_charges
    union all by name
    select * from used_charges
),

rounded_charges as (
    select
        charges.service_key,
        charges.charge_kind,
        charges.unit,
        charges.period_start,
        charges.period_end,
        charges.expected_on,
        charges.unit_price,
        charges.currency_code,
        charges.reason,
        cast(charges.quantity as decimal(18, 6)) as quantity,
        -- A month of which a part was not seen has a least amount, and no amount that could be expected.
        case
            when charges.reason is null or not regexp_matches(charges.reason, '{{ unseen }}')
                then {{ round_amount('charges.amount_parts', '1', 'currencies.decimals') }}
        end as amount,
        false as is_partial
    from measured_charges as charges
    left join currencies on charges.currency_code = currencies.currency_code
),

charges as (
    select * from recurring_charges
    union all by name
    select * from rounded_charges
),

expected_charges as (
    select
        md5(concat_ws('|', service_key, charge_kind, unit, period_start, currency_code)) as expected_charge_id,
        *,
        amount is null
        and not regexp_matches(coalesce(reason, ''), 'unpriced|price_unknown|several_currencies|no_commit') as is_unproved
    from charges
)

select * from expected_charges
