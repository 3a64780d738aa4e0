with clock as (
    select * from {{ ref('int_clock__read') }}
),

recurring_charges as (
    select
        service_key,
        month,
        'recurring' as charge_kind,
        currency_code,
        period_start,
        period_end,
        cast(counted_days as decimal(18, 6)) as part_quantity,
        days_of_whole as parts_of_unit,
        'month' as unit,
        cast(monthly_price as decimal(18, 6)) as unit_price,
        {{ product('monthly_price', 'counted_days') }} as amount_parts,
        reason
    from {{ ref('int_service_months__split') }}
),

setup_charges as (
    select
        'cross_connect:' || cross_connects.cross_connect_id as service_key,
        {{ month_of('coalesce(cross_connects.starts_on, ' ~ billing_date('cross_connects.first_seen_at') ~ ')') }} as month,
        'setup' as charge_kind,
        cross_connects.currency_code,
        coalesce(cross_connects.starts_on, {{ billing_date('cross_connects.first_seen_at') }}) as period_start,
        coalesce(cross_connects.starts_on, {{ billing_date('cross_connects.first_seen_at') }}) + 1 as period_end,
        cast(1 as decimal(18, 6)) as part_quantity,
        1 as parts_of_unit,
        'setup' as unit,
        cast(cross_connects.setup_amount as decimal(18, 6)) as unit_price,
        cast(cross_connects.setup_amount as decimal(38, 15)) as amount_parts,
        case when cross_connects.setup_amount is null then 'unpriced' end as reason
    from {{ ref('stg_i3d__cross_connects') }} as cross_connects
    cross join clock
    where
        (cross_connects.setup_amount != 0 or cross_connects.has_illegible_setup)
        and coalesce(cross_connects.starts_on, {{ billing_date('cross_connects.first_seen_at') }})
        between date '2000-01-01' and last_day(clock.as_of_on)
),

hour_charges as (
    select
        service_key,
        month,
        'usage' as charge_kind,
        currency_code,
        priced_on as period_start,
        {{ add_months('month', 1) }} as period_end,
        billable_hours as part_quantity,
        1 as parts_of_unit,
        'hour' as unit,
        price_per_hour as unit_price,
        hours_amount as amount_parts,
        case
            when price_per_hour is null then 'unpriced'
            when billable_hours is null then 'hours_unknown'
        end as reason
    from {{ ref('int_flexmetal_usage__priced') }}
),

egress_charges as (
    select
        service_key,
        month,
        'usage' as charge_kind,
        currency_code,
        priced_on as period_start,
        {{ add_months('month', 1) }} as period_end,
        bandwidth_out_gb as part_quantity,
        1 as parts_of_unit,
        'GB' as unit,
        price_per_gb_out as unit_price,
        bandwidth_amount as amount_parts,
        case when bandwidth_out_gb is null then 'bandwidth_unknown' end as reason
    from {{ ref('int_flexmetal_usage__priced') }}
    where price_per_gb_out is not null
),

power_charges as (
    select
        'colocation:' || colocation_id as service_key,
        month,
        'power' as charge_kind,
        currency_code,
        month as period_start,
        {{ add_months('month', 1) }} as period_end,
        energy_kwh as part_quantity,
        1 as parts_of_unit,
        'kWh' as unit,
        price_per_kwh as unit_price,
        case
            when cost_amount is null then null
            when price_per_kwh is null then cast(cost_amount as decimal(38, 15))
            else {{ product('energy_kwh', 'price_per_kwh') }}
        end as amount_parts,
        coalesce(reason, case when cost_amount is null then 'unpriced' end) as reason
    from {{ ref('power_by_colocation_month') }}
    -- Without a feed and without a price there is nothing to charge, known or unknown.
    where feed_count > 0 or price_per_kwh > 0
),

overuse_charges as (
    select
        service_key,
        month,
        'bandwidth_overuse' as charge_kind,
        currency_code,
        month as period_start,
        {{ add_months('month', 1) }} as period_end,
        overuse_quantity as part_quantity,
        1 as parts_of_unit,
        overuse_unit as unit,
        overuse_unit_price as unit_price,
        case when overuse_amount is not null then {{ product('overuse_quantity', 'overuse_unit_price') }} end as amount_parts,
        coalesce(reason, case when overuse_amount is null then 'unpriced' end) as reason
    from {{ ref('bandwidth_by_service_month') }}
    -- Within the commit nothing is charged, and a cross connect has none; where traffic is metered, what nobody can tell is not
    -- within it.
    where
        overuse_quantity > 0
        or (overuse_amount is null and billing_type in ('volume', 'p95') and service_key not like 'cross_connect:%')
),

service_charges as (
    select * from recurring_charges
    union all
    select * from setup_charges
    union all
    select * from hour_charges
    union all
    select * from egress_charges
    union all
    select * from power_charges
    union all
    select * from overuse_charges
)

select * from service_charges
