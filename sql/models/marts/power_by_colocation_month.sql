with months as (
    select * from {{ ref('int_colocation_power__by_month') }}
),

prices as (
    select * from {{ ref('int_colocation_power__priced') }}
),

current_prices as (
    select * from {{ ref('int_colocation_power_prices') }}
),

daily_histories as (
    select
        colocation_id,
        {{ month_of('day') }} as month,
        cast(sum(used_kwh) as decimal(18, 6)) as daily_history_kwh,
        count(used_kwh) as daily_history_days
    from {{ ref('stg_i3d__colocation_power_days') }}
    group by all
),

provider_totals as (
    select
        colocation_id,
        {{ month_of(billing_date('observed_at')) }} as month,
        arg_max(month_to_date_kwh, observed_at) as provider_kwh,
        max(observed_at) as provider_observed_at
    from {{ ref('stg_i3d__colocation_power_observations') }}
    where month_to_date_kwh is not null
    group by all
),

joined_months as (
    select
        months.*,
        coalesce(prices.price_per_kwh, case when prices.month is null then current_prices.price_per_kwh end) as price_per_kwh,
        case when months.energy_kwh is not null then prices.cost_amount end as cost_amount,
        coalesce(prices.currency_code, months.rack_currency_code) as currency_code,
        coalesce(prices.is_price_known, true) as is_price_known,
        coalesce(prices.price_count, 0) as price_count,
        coalesce(prices.currency_count, 0) as currency_count,
        coalesce(prices.is_before_first_seen, false) as is_before_first_seen,
        daily_histories.daily_history_kwh,
        daily_histories.daily_history_days,
        provider_totals.provider_kwh,
        provider_totals.provider_observed_at
    from months
    left join prices on months.colocation_id = prices.colocation_id and months.month = prices.month
    left join current_prices
        on
            months.colocation_id = current_prices.colocation_id
            and months.month >= current_prices.valid_from and months.month < current_prices.valid_to
    left join daily_histories on months.colocation_id = daily_histories.colocation_id and months.month = daily_histories.month
    left join provider_totals on months.colocation_id = provider_totals.colocation_id and months.month = provider_totals.month
),

covered_months as (
    select
        *,
        {{ percentage(
            'least(coalesce(covered_seconds, 0), active_seconds * feed_count) * 1.000000', 'active_seconds * feed_count * 1.000000'
        ) }} as coverage_pct
    from joined_months
),

judged_months as (
    select
        *,
        case
            when feed_count = 0 then 'no_pdu'
            when energy_kwh is null and has_shared then 'shared_pdu'
            when replaced_count > 0 then 'meter_replaced'
            when jump_count > 0 then 'meter_jump'
            when energy_kwh is null then 'no_telemetry'
            when unexplained_seconds > 0 then 'meter_unexplained'
            when reset_count > 0 then 'meter_reset'
            when has_unknown_rating then 'rating_unknown'
            when is_boundary_interpolated then 'boundary_interpolated'
            when open_seconds > feed_count * {{ var('power_edge_seconds') }} then 'incomplete_month'
            when coalesce(coverage_pct, 0) < {{ var('power_min_coverage_pct') }} then 'low_coverage'
        end as energy_doubt,
        case
            when energy_kwh is null then null
            when not is_price_known then 'price_unknown'
            when currency_count > 1 then 'several_currencies'
        end as missing_price,
        case when is_before_first_seen then 'price_before_first_seen' when price_count > 1 then 'several_prices' end as remark
    from covered_months
),

power_by_colocation_month as (
    select
        colocation_id,
        month,
        energy_kwh,
        price_per_kwh,
        cost_amount,
        currency_code,
        contract_amps,
        peak_amps,
        headroom_amps,
        daily_history_kwh,
        provider_kwh,
        coverage_pct,
        energy_doubt is null as is_billing_grade,
        coalesce(missing_price, energy_doubt, remark) as reason,
        feed_count,
        sample_count,
        unexplained_seconds,
        reset_count,
        replaced_count,
        jump_count,
        peak_at,
        failover_headroom_amps,
        daily_history_days,
        provider_observed_at,
        coalesce(amps_basis, '{{ var("amps_basis") }}') as amps_basis,
        '{{ var("shared_pdu_attribution") }}' as shared_pdu_attribution,
        '{{ var("billing_timezone") }}' as billing_timezone
    from judged_months
)

select * from power_by_colocation_month
order by colocation_id, month
