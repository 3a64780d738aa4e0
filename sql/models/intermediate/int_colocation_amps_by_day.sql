{#- A day that changed or went is deleted before, so that the model adds every day that it does not hold. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_stale_days(ref('int_colocation_days__fingerprinted'), 'colocation_id') }}"
    )
}}

with wanted_days as (
    select fingerprints.*
    from {{ ref('int_colocation_days__fingerprinted') }} as fingerprints
    {% if is_incremental() %}
        anti join {{ this }} as known
            on fingerprints.colocation_id = known.colocation_id and fingerprints.day = known.day
    {% endif %}
),

feeds as (
    select
        wanted_days.colocation_id,
        wanted_days.day,
        wanted_days.amps_basis,
        summaries.pdu_id,
        wanted_days.feed_count,
        cast(1 as hugeint) << (row_number() over (
            partition by wanted_days.colocation_id, wanted_days.day order by summaries.pdu_id
        ) - 1) as feed_bit,
        least(coalesce(min(summaries.step_seconds) over feeds_of_day, 300), 300) as slot_seconds
    from wanted_days
    inner join {{ ref('int_pdu_colocations') }} as pdu_colocations
        on wanted_days.colocation_id = pdu_colocations.colocation_id and not pdu_colocations.is_shared
    inner join {{ ref('int_pdu_days__summarised') }} as summaries
        on pdu_colocations.pdu_id = summaries.pdu_id and wanted_days.day = summaries.day
    where summaries.p95_amps is not null
    window feeds_of_day as (partition by wanted_days.colocation_id, wanted_days.day)
),

-- Samples are simultaneous where every feed has exactly one in the same slot of time.
slots as (
    select
        feeds.colocation_id,
        feeds.day,
        min(power.stamp) // 900 as quarter,
        sum(cast(power.amps * 1000000 as bigint)) as microamps,
        case when any_value(feeds.amps_basis) = 'max_feed' then max(cast(power.amps * 1000000 as bigint)) else microamps end
            as used_microamps
    from {{ ref('stg_i3d__pdu_power') }} as power
    inner join {{ ref('int_quarters__dated') }} as quarters on power.stamp // 900 = quarters.quarter
    inner join feeds on power.pdu_id = feeds.pdu_id and quarters.day = feeds.day
    where power.amps is not null
    group by feeds.colocation_id, feeds.day, power.stamp // feeds.slot_seconds
    having
        count(*) = any_value(feeds.feed_count)
        -- So many powers of two have this sum only where each comes once.
        and sum(feeds.feed_bit) = (cast(1 as hugeint) << any_value(feeds.feed_count)) - 1
),

quarter_means as (
    select
        colocation_id,
        day,
        quarter,
        {{ divide_half_up('sum(microamps)', 'count(*)') }} as mean_microamps,
        {{ divide_half_up('sum(used_microamps)', 'count(*)') }} as mean_used_microamps
    from slots
    group by colocation_id, day, quarter
),

peaks as (
    select
        colocation_id,
        day,
        max(mean_microamps) as peak_microamps,
        max(mean_used_microamps) as peak_used_microamps,
        arg_min(quarter, (-mean_used_microamps, quarter)) as peak_quarter
    from quarter_means
    group by colocation_id, day
),

percentiles as (
    select
        colocation_id,
        day,
        count(*) as slot_count,
        quantile_disc(used_microamps, 0.95) as p95_microamps
    from slots
    group by colocation_id, day
),

amps_by_day as (
    select
        wanted_days.colocation_id,
        wanted_days.day,
        wanted_days.fingerprint,
        wanted_days.amps_basis,
        wanted_days.feed_count,
        coalesce(percentiles.slot_count, 0) as slot_count,
        {{ from_millionths('peaks.peak_used_microamps') }} as peak_amps,
        make_timestamp(peaks.peak_quarter * 900000000) as peak_at,
        {{ from_millionths('percentiles.p95_microamps') }} as p95_amps,
        {{ from_millionths('peaks.peak_microamps') }} as peak_sum_amps
    from wanted_days
    left join peaks on wanted_days.colocation_id = peaks.colocation_id and wanted_days.day = peaks.day
    left join percentiles on wanted_days.colocation_id = percentiles.colocation_id and wanted_days.day = percentiles.day
)

select * from amps_by_day
order by colocation_id, day
