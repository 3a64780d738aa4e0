with energies as (
    select * from {{ ref('int_meter_days__split') }}
),

summaries as (
    select * from {{ ref('int_pdu_days__summarised') }}
),

keys as (
    select
        pdu_id,
        day
    from summaries
    union
    select
        pdu_id,
        day
    from energies
),

rated_pdus as (
    select * from {{ ref('int_pdus__rated') }}
),

clock as (
    select epoch_us(as_of) // 1000000 as stamp from {{ ref('int_clock__read') }}
),

suspect_days as (
    select distinct
        pdu_id,
        day
    from {{ ref('int_meter_readings__suspect') }}
),

accepted_readings as (
    select
        suspects.pdu_id,
        suspects.day,
        suspects.stamp,
        suspects.meter_kwh,
        coalesce(judged.kind = 'glitch', false) as is_glitch,
        coalesce(judged.kind = 'dip', false) as is_dip
    from {{ ref('int_meter_readings__suspect') }} as suspects
    left join {{ ref('int_meter_readings__judged') }} as judged
        on suspects.pdu_id = judged.pdu_id and suspects.stamp = judged.stamp
),

accepted_ends as (
    select
        pdu_id,
        day,
        arg_min(meter_kwh, stamp) filter (where not is_glitch and not is_dip) as first_kwh,
        arg_max(meter_kwh, stamp) filter (where not is_glitch and not is_dip) as last_kwh,
        count(*) filter (where is_glitch) as glitch_count,
        count(*) filter (where is_dip) as dip_count
    from accepted_readings
    group by pdu_id, day
),

days as (
    select
        keys.pdu_id,
        keys.day,
        rated_pdus.colocation_id,
        energies.energy_kwh,
        case when suspect_days.day is null then summaries.first_kwh else accepted_ends.first_kwh end as first_kwh,
        case when suspect_days.day is null then summaries.last_kwh else accepted_ends.last_kwh end as last_kwh,
        coalesce(summaries.reading_count, 0) as sample_count,
        stepped_months.step_seconds,
        spans.end_stamp - spans.start_stamp as day_seconds,
        -- The day of the clock ends at the clock.
        case when clock.stamp > spans.start_stamp then least(clock.stamp, spans.end_stamp) else spans.end_stamp end
        - spans.start_stamp as passed_seconds,
        coalesce(energies.explained_seconds, 0) as explained_seconds,
        coalesce(energies.unexplained_seconds, 0) as unexplained_seconds,
        coalesce(energies.reset_count, 0) as reset_count,
        coalesce(energies.replaced_count, 0) as replaced_count,
        coalesce(energies.jump_count, 0) as jump_count,
        coalesce(energies.declared_count, 0) as declared_count,
        coalesce(energies.wrap_count, 0) as wrap_count,
        coalesce(accepted_ends.glitch_count, 0) as glitch_count,
        coalesce(accepted_ends.dip_count, 0) as dip_count,
        coalesce(energies.is_boundary_interpolated, false) as is_boundary_interpolated,
        summaries.peak_amps,
        summaries.peak_at,
        summaries.p95_amps,
        rated_pdus.max_kw,
        coalesce(rated_pdus.rating_source, 'unknown') as rating_source
    from keys
    inner join {{ ref('int_billing_days__spanned') }} as spans on keys.day = spans.day
    cross join clock
    left join energies on keys.pdu_id = energies.pdu_id and keys.day = energies.day
    left join summaries on keys.pdu_id = summaries.pdu_id and keys.day = summaries.day
    left join suspect_days on keys.pdu_id = suspect_days.pdu_id and keys.day = suspect_days.day
    left join accepted_ends on keys.pdu_id = accepted_ends.pdu_id and keys.day = accepted_ends.day
    left join {{ ref('int_pdu_months__stepped') }} as stepped_months
        on keys.pdu_id = stepped_months.pdu_id and spans.month = stepped_months.month
    left join rated_pdus on keys.pdu_id = rated_pdus.pdu_id
),

counted_days as (
    select
        *,
        greatest((passed_seconds + step_seconds - 1) // step_seconds, sample_count) as expected_sample_count
    from days
),

power_by_pdu_day as (
    select
        pdu_id,
        day,
        colocation_id,
        energy_kwh,
        cast(first_kwh as decimal(18, 6)) as meter_start_kwh,
        cast(last_kwh as decimal(18, 6)) as meter_end_kwh,
        sample_count,
        expected_sample_count,
        {{ percentage('sample_count * 1.000000', 'expected_sample_count * 1.000000') }} as coverage_pct,
        reset_count,
        unexplained_seconds,
        peak_amps,
        p95_amps,
        peak_at,
        explained_seconds,
        replaced_count,
        jump_count,
        glitch_count,
        dip_count,
        wrap_count,
        declared_count,
        is_boundary_interpolated,
        step_seconds,
        max_kw,
        rating_source,
        '{{ var("billing_timezone") }}' as billing_timezone
    from counted_days
)

select * from power_by_pdu_day
order by pdu_id, day
