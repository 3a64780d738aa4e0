with meter_readings as (
    select
        *,
        {{ month_of(billing_date('observed_at')) }} as month
    from {{ ref('stg_i3d__colocation_meter_observations') }}
    where meter_kwh is not null
),

-- The days of the list that follow one another without a hole, or none.
daily_histories as (
    select
        colocation_id,
        {{ month_of('day') }} as month,
        'daily_history' as check_id,
        {{ midnight_stamp('min(day)') }} as from_stamp,
        {{ midnight_stamp('max(day) + 1') }} as until_stamp,
        case when count(used_kwh) = max(day) - min(day) + 1 then cast(sum(used_kwh) as decimal(18, 6)) end as compared_kwh
    from {{ ref('stg_i3d__colocation_power_days') }}
    group by all
),

colocation_meters as (
    select
        colocation_id,
        month,
        'colocation_meter' as check_id,
        epoch_us(min(observed_at)) // 1000000 as from_stamp,
        epoch_us(max(observed_at)) // 1000000 as until_stamp,
        case
            when max(meter_kwh) = arg_max(meter_kwh, observed_at)
                then cast(arg_max(meter_kwh, observed_at) - arg_min(meter_kwh, observed_at) as decimal(18, 6))
        end as compared_kwh
    from meter_readings
    group by colocation_id, month
    having count(*) > 1
),

provider_totals as (
    select
        colocation_id,
        {{ month_of(billing_date('observed_at')) }} as month,
        'provider_month_to_date' as check_id,
        {{ midnight_stamp(month_of(billing_date('max(observed_at)'))) }} as from_stamp,
        epoch_us(max(observed_at)) // 1000000 as until_stamp,
        arg_max(month_to_date_kwh, observed_at) as compared_kwh
    from {{ ref('stg_i3d__colocation_power_observations') }}
    where month_to_date_kwh is not null
    group by colocation_id, {{ month_of(billing_date('observed_at')) }}
),

currents as (
    select
        feeds.colocation_id,
        {{ month_of('feeds.day') }} as month,
        sum(
            summaries.volt_ampere_sum / summaries.volt_ampere_count * feeds.explained_seconds / 3600000
            * coalesce(pdus.power_factor, 1)
            * case when pdus.phases = 3 and pdus.volts < 300 then 3 when pdus.phases = 3 then 1.732051 else 1 end
        ) as used_kwh
    from {{ ref('int_colocation_feeds__attributed') }} as feeds
    inner join {{ ref('int_pdu_days__summarised') }} as summaries
        on feeds.pdu_id = summaries.pdu_id and feeds.day = summaries.day
    inner join {{ ref('stg_i3d__pdus') }} as pdus
        on feeds.pdu_id = pdus.pdu_id and feeds.colocation_id = pdus.colocation_id
    where summaries.volt_ampere_count > 0 and not feeds.is_shared
    group by all
),

integrals as (
    select
        currents.colocation_id,
        currents.month,
        'current_integral' as check_id,
        months.from_stamp,
        months.until_stamp,
        cast(currents.used_kwh as decimal(18, 6)) as compared_kwh
    from currents
    inner join {{ ref('int_colocation_power_months') }} as months
        on currents.colocation_id = months.colocation_id and currents.month = months.month
),

comparisons as (
    select * from daily_histories
    union all
    select * from colocation_meters
    union all
    select * from provider_totals
    union all
    select * from integrals
)

select * from comparisons
