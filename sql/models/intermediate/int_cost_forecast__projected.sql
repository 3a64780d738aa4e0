with clock as (
    select
        epoch_us(as_of) // 1000000 as stamp,
        {{ month_of('as_of_on') }} as month
    from {{ ref('int_clock__read') }}
),

running_costs as (
    select service_costs.*
    from {{ ref('cost_by_service_month') }} as service_costs
    inner join clock on service_costs.month = clock.month
),

running_traffic as (
    select traffic.*
    from {{ ref('bandwidth_by_service_month') }} as traffic
    inner join clock on traffic.month = clock.month
    where traffic.billing_type = 'volume'
),

-- What lies above the commit at the end, where the month goes on as it began.
overuses as (
    select
        service_key,
        month,
        'bandwidth_overuse' as charge_kind,
        currency_code,
        overuse_unit_price,
        case when projected_used_gb - commit_gb is not null then greatest(projected_used_gb - commit_gb, 0) end as overuse_gb,
        -- A server is known until it was observed, a rack by its samples.
        observed_at is null and coalesce(coverage_pct < {{ var('bandwidth_min_coverage_pct') }}, true) as is_gappy
    from running_traffic
),

-- What the meters did not see cannot be told from what was not burnt.
power_months as (
    select
        'colocation:' || power.colocation_id as service_key,
        'power' as charge_kind,
        coalesce(power.coverage_pct < {{ var('power_min_coverage_pct') }}, true) as is_gappy
    from {{ ref('power_by_colocation_month') }} as power
    inner join clock on power.month = clock.month
),

charges as (
    select
        coalesce(running_costs.service_key, overuses.service_key) as service_key,
        coalesce(running_costs.month, overuses.month) as month,
        coalesce(running_costs.charge_kind, overuses.charge_kind) as charge_kind,
        coalesce(running_costs.currency_code, overuses.currency_code) as currency_code,
        running_costs.amount,
        overuses.service_key is not null as is_volume,
        overuses.overuse_gb,
        overuses.overuse_unit_price,
        coalesce(overuses.is_gappy, power_months.is_gappy, false) as is_gappy
    from running_costs
    full join overuses
        on
            running_costs.service_key = overuses.service_key
            and running_costs.charge_kind = overuses.charge_kind
            and running_costs.currency_code = overuses.currency_code
    left join power_months
        on running_costs.service_key = power_months.service_key and running_costs.charge_kind = power_months.charge_kind
    where running_costs.service_key is not null or coalesce(overuses.overuse_gb > 0, false)
),

windows as (
    select
        charges.*,
        currencies.decimals,
        services.is_deleted,
        greatest({{ midnight_stamp('charges.month') }}, {{ midnight_stamp('services.starts_on') }}) as start_stamp,
        least({{ midnight_stamp(add_months('charges.month', 1)) }}, {{ midnight_stamp('services.cancelled_on') }}) as end_stamp,
        clock.stamp as clock_stamp
    from charges
    cross join clock
    left join {{ ref('services') }} as services on charges.service_key = services.service_key
    left join {{ ref('int_currencies__listed') }} as currencies on charges.currency_code = currencies.currency_code
),

methods as (
    select
        *,
        case
            when charge_kind in ('recurring', 'setup') then 'charged_in_advance'
            when is_deleted or end_stamp <= clock_stamp then 'service_ended'
            when is_volume then 'volume_run_rate'
            when charge_kind = 'bandwidth_overuse' then 'percentile_to_date'
            else 'run_rate'
        end as forecast_method,
        coalesce(clock_stamp - start_stamp < 86400, true) as is_too_early
    from windows
),

amounts as (
    select
        *,
        case
            when forecast_method in ('volume_run_rate', 'run_rate') and is_gappy then null
            when forecast_method = 'volume_run_rate'
                then {{ minor_to_amount(divide_half_up(
                    to_millionths('overuse_gb') ~ ' * ' ~ to_millionths('overuse_unit_price') ~ ' * '
                    ~ minor_units('decimals'), 'cast(1000000000000000 as hugeint)'
                ), 'decimals') }}
            when forecast_method = 'run_rate' and not is_too_early
                then {{ minor_to_amount(divide_half_up(
                    unscaled('amount') ~ ' * ' ~ minor_units('decimals') ~ ' * (end_stamp - start_stamp)',
                    '(10000 * greatest(clock_stamp - start_stamp, 1))'
                ), 'decimals') }}
            when forecast_method != 'run_rate' then amount
        end as forecast_amount
    from methods
),

projected_charges as (
    select
        service_key,
        month,
        charge_kind,
        currency_code,
        amount,
        forecast_amount,
        forecast_method,
        case
            when forecast_amount is not null then null
            when amount is null and not is_volume then 'amount_unknown'
            when is_too_early then 'too_early'
            when is_gappy then 'low_coverage'
            else 'amount_unknown'
        end as forecast_reason
    from amounts
)

select * from projected_charges
