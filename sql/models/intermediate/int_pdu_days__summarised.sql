{#- A day that changed or went is deleted before, so that the model adds every day that it does not hold. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_stale_days(ref('int_pdu_days__fingerprinted'), 'pdu_id') }}"
    )
}}

with wanted_days as (
    select fingerprints.*
    from {{ ref('int_pdu_days__fingerprinted') }} as fingerprints
    {% if is_incremental() %}
        anti join {{ this }} as known on fingerprints.pdu_id = known.pdu_id and fingerprints.day = known.day
    {% endif %}
),

samples as {{ '' if is_incremental() else 'not' }} materialized (
    select
        power.pdu_id,
        quarters.day,
        quarters.quarter,
        power.stamp,
        power.meter_kwh,
        cast(power.amps * 1000000 as bigint) as microamps,
        power.amps * power.volts as volt_amperes
    from {{ ref('stg_i3d__pdu_power') }} as power
    inner join {{ ref('int_quarters__dated') }} as quarters on power.stamp // 900 = quarters.quarter
    semi join wanted_days on power.pdu_id = wanted_days.pdu_id and quarters.day = wanted_days.day
),

steps as (
    select
        pdu_id,
        day,
        stamp,
        meter_kwh,
        stamp - lag(stamp) over readings_of_day as seconds,
        meter_kwh - lag(meter_kwh) over readings_of_day as added_kwh
    from samples
    where meter_kwh is not null
    window readings_of_day as (partition by pdu_id, day order by stamp)
),

-- Few steps have different lengths: what follows costs little once equal ones are together.
step_lengths as (
    select
        pdu_id,
        day,
        seconds,
        count(*) as reading_count,
        min(stamp) as first_stamp,
        arg_min(meter_kwh, stamp) as first_kwh,
        max(stamp) as last_stamp,
        arg_max(meter_kwh, stamp) as last_kwh,
        min(added_kwh) as least_kwh,
        max(added_kwh) as most_kwh
    from steps
    group by pdu_id, day, seconds
),

meters as (
    select
        pdu_id,
        day,
        cast(sum(reading_count) as bigint) as reading_count,
        min(first_stamp) as first_stamp,
        arg_min(first_kwh, first_stamp) as first_kwh,
        max(last_stamp) as last_stamp,
        arg_max(last_kwh, last_stamp) as last_kwh,
        coalesce(min(least_kwh) < 0, false) as has_fall,
        -- The smallest limit under which no step of the day is too fast, in millionths of a kW.
        max(
            case
                when most_kwh > {{ var('meter_resolution_kwh') }}
                    then ((most_kwh - {{ var('meter_resolution_kwh') }}) * cast(3600000000 as hugeint) + seconds - 1) // seconds
                else 0
            end
        ) as needed_limit,
        arg_max(seconds, (reading_count, -seconds)) filter (where seconds is not null) as step_seconds,
        cast(sum(reading_count) filter (where seconds is not null) as bigint) as step_count
    from step_lengths
    group by pdu_id, day
),

quarter_means as (
    select
        pdu_id,
        day,
        quarter,
        {{ divide_half_up('sum(microamps)', 'count(microamps)') }} as mean_microamps
    from samples
    where microamps is not null
    group by pdu_id, day, quarter
),

peaks as (
    select
        pdu_id,
        day,
        max(mean_microamps) as peak_microamps,
        arg_min(quarter, (-mean_microamps, quarter)) as peak_quarter
    from quarter_means
    group by pdu_id, day
),

percentiles as (
    select
        pdu_id,
        day,
        quantile_disc(microamps, 0.95) as p95_microamps
    from samples
    where microamps is not null
    group by pdu_id, day
),

apparent_powers as (
    select
        pdu_id,
        day,
        cast(sum(volt_amperes) as decimal(38, 6)) as volt_ampere_sum,
        count(volt_amperes) as volt_ampere_count
    from samples
    group by pdu_id, day
),

summaries as (
    select
        wanted_days.pdu_id,
        wanted_days.day,
        wanted_days.row_count,
        wanted_days.fingerprint,
        coalesce(meters.reading_count, 0) as reading_count,
        meters.first_stamp,
        meters.first_kwh,
        meters.last_stamp,
        meters.last_kwh,
        meters.has_fall,
        meters.needed_limit,
        meters.step_seconds,
        meters.step_count,
        {{ from_millionths('peaks.peak_microamps') }} as peak_amps,
        make_timestamp(peaks.peak_quarter * 900000000) as peak_at,
        {{ from_millionths('percentiles.p95_microamps') }} as p95_amps,
        apparent_powers.volt_ampere_sum,
        apparent_powers.volt_ampere_count
    from wanted_days
    left join meters on wanted_days.pdu_id = meters.pdu_id and wanted_days.day = meters.day
    left join peaks on wanted_days.pdu_id = peaks.pdu_id and wanted_days.day = peaks.day
    left join apparent_powers on wanted_days.pdu_id = apparent_powers.pdu_id and wanted_days.day = apparent_powers.day
    left join percentiles on wanted_days.pdu_id = percentiles.pdu_id and wanted_days.day = percentiles.day
)

select * from summaries
order by pdu_id, day
