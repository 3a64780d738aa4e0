{{ config(materialized='table') }}

{% set dip_seconds = var('dip_hours') * 3600 %}

with suspect_days as (
    select
        pdu_id,
        day,
        power_limit,
        ordinal - row_number() over (partition by pdu_id order by ordinal) as run
    from {{ ref('int_meter_days__judged') }}
    where is_suspect
),

events as (
    select * from {{ ref('int_meter_events__dated') }}
),

readings as (
    select
        power.pdu_id,
        suspect_days.run,
        suspect_days.day,
        suspect_days.power_limit,
        power.stamp,
        power.meter_kwh
    from {{ ref('stg_i3d__pdu_power') }} as power
    inner join {{ ref('int_quarters__dated') }} as quarters on power.stamp // 900 = quarters.quarter
    inner join suspect_days on power.pdu_id = suspect_days.pdu_id and quarters.day = suspect_days.day
    where power.meter_kwh is not null
),

event_totals as (
    select
        readings.pdu_id,
        readings.stamp,
        count(*) as event_count,
        sum(events.offset_kwh) as event_kwh
    from readings
    inner join events on readings.pdu_id = events.pdu_id and readings.stamp >= events.stamp
    group by readings.pdu_id, readings.stamp
),

neighbours as (
    select
        readings.*,
        coalesce(event_totals.event_count, 0) as event_count,
        cast(coalesce(event_totals.event_kwh, 0) as decimal(18, 6)) as event_kwh,
        row_number() over readings_of_run as reading_number,
        lag(readings.stamp) over readings_of_run as before_stamp,
        lag(readings.meter_kwh) over readings_of_run as before_kwh,
        {% for ahead in (1, 2, 3) %}
            lead(readings.stamp, {{ ahead }}) over readings_of_run as stamp_ahead_{{ ahead }},
            lead(readings.meter_kwh, {{ ahead }}) over readings_of_run as kwh_ahead_{{ ahead }},
        {% endfor %}
        coalesce(event_totals.event_count, 0)
        - lag(coalesce(event_totals.event_count, 0)) over readings_of_run as new_event_count
    from readings
    left join event_totals on readings.pdu_id = event_totals.pdu_id and readings.stamp = event_totals.stamp
    window readings_of_run as (partition by readings.pdu_id, readings.run order by readings.stamp)
),

oddities as (
    select
        *,
        before_stamp is not null and (
            new_event_count > 0
            or meter_kwh < before_kwh
            or not {{ is_possible('meter_kwh - before_kwh', '(stamp - before_stamp)', 'power_limit') }}
        ) as is_odd
    from neighbours
),

-- A dip is settled by the first reading after its hours, a glitch by one of the next three readings. Until then the accepted
-- reading may lie further back than one.
open_spans as (
    select
        *,
        coalesce(
            stamp <= max(case when is_odd then stamp end) over readings_before + {{ dip_seconds }}, false
        ) as is_within_dip_hours
    from oddities
    window readings_before as (partition by pdu_id, run order by reading_number rows unbounded preceding)
),

unsettled as (
    select
        *,
        bool_or(is_within_dip_hours) over (
            partition by pdu_id, run order by reading_number rows between 3 preceding and current row
        ) as is_unsettled,
        coalesce(lead(is_odd) over readings_of_run, false) as is_before_odd
    from open_spans
    window readings_of_run as (partition by pdu_id, run order by reading_number)
),

-- A stretch starts with an accepted reading.
stretches as (
    select
        *,
        sum(case when is_before_odd and not is_unsettled then 1 else 0 end) over (
            partition by pdu_id, run order by reading_number rows unbounded preceding
        ) as stretch,
        is_before_odd and not is_unsettled as is_start
    from unsettled
),

suspect_readings as (
    select
        pdu_id,
        run,
        day,
        stamp,
        meter_kwh,
        power_limit,
        event_count,
        event_kwh,
        reading_number,
        before_stamp,
        before_kwh,
        {% for ahead in (1, 2, 3) %}
            stamp_ahead_{{ ahead }},
            kwh_ahead_{{ ahead }},
        {% endfor %}
        is_start,
        case when is_start or is_unsettled then stretch end as stretch
    from stretches
)

select * from suspect_readings
order by pdu_id, stamp
