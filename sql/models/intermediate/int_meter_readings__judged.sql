{{ config(materialized='table') }}

{% set dip_seconds = var('dip_hours') * 3600 %}

-- A state machine: each turn judges one more reading of every stretch at once against the last accepted one, the base.
with recursive stretches as (
    select
        *,
        dense_rank() over (order by pdu_id, run, stretch) as stretch_id
    from {{ ref('int_meter_readings__suspect') }}
    where stretch is not null
),

turns as (
    select
        stretch_id,
        0 as turn,
        reading_number,
        stamp as base_stamp,
        meter_kwh as base_kwh,
        event_count as base_event_count,
        event_kwh as base_event_kwh,
        cast(null as bigint) as dip_number,
        cast(null as bigint) as dip_stamp,
        cast(null as bigint) as dip_kwh,
        'start' as kind,
        cast(null as bigint) as from_stamp,
        cast(null as decimal(18, 6)) as energy_kwh
    from stretches
    where is_start

    union all

    select
        stretch_id,
        turn + 1 as turn,
        -- A dip that turned out to be another meter is judged again from its first reading on.
        case when kind = 'long_dip' then dip_number else reading_number end as reading_number,
        case when kind = 'long_dip' then dip_stamp when kind in ('glitch', 'dip') then base_stamp else stamp end as base_stamp,
        case when kind = 'long_dip' then dip_kwh when kind in ('glitch', 'dip') then base_kwh else meter_kwh end as base_kwh,
        case when kind in ('long_dip', 'glitch', 'dip') then base_event_count else event_count end as base_event_count,
        case when kind in ('long_dip', 'glitch', 'dip') then base_event_kwh else event_kwh end as base_event_kwh,
        case kind when 'dip' then coalesce(dip_number, reading_number) when 'glitch' then dip_number end as dip_number,
        case kind when 'dip' then coalesce(dip_stamp, stamp) when 'glitch' then dip_stamp end as dip_stamp,
        case kind when 'dip' then coalesce(dip_kwh, meter_kwh) when 'glitch' then dip_kwh end as dip_kwh,
        case kind when 'long_dip' then 'replaced' else kind end as kind,
        base_stamp as from_stamp,
        case
            when kind = 'normal' then added_kwh
            when kind = 'wrap' then added_kwh + {{ var('meter_modulus_kwh') or 'null' }}
            when kind = 'reset' then meter_kwh
            when kind = 'declared' and added_kwh + event_kwh - base_event_kwh >= 0 then added_kwh + event_kwh - base_event_kwh
        end as energy_kwh
    from (
        select
            *,
            case
                when event_count > base_event_count then 'declared'
                when added_kwh >= 0 and {{ is_possible('added_kwh', 'seconds', 'power_limit') }} then 'normal'
                when added_kwh >= 0 and (
                    {% for ahead in (1, 2, 3) %}
                        coalesce(
                            kwh_ahead_{{ ahead }} >= base_kwh
                            and {{ is_possible(
                                'kwh_ahead_' ~ ahead ~ ' - base_kwh', '(stamp_ahead_' ~ ahead ~ ' - base_stamp)', 'power_limit'
                            ) }},
                            false
                        ) {{ 'or' if not loop.last }}
                    {% endfor %}
                ) then 'glitch'
                when added_kwh >= 0 then 'jump'
                {% if var('meter_modulus_kwh') %}
                    when {{ is_possible('added_kwh + ' ~ var('meter_modulus_kwh'), 'seconds', 'power_limit') }} then 'wrap'
                {% endif %}
                when 10 * cast(meter_kwh as hugeint) >= 9 * cast(base_kwh as hugeint)
                    then case when stamp - dip_stamp > {{ dip_seconds }} then 'long_dip' else 'dip' end
                when power_limit is not null and {{ is_possible('meter_kwh', 'seconds', 'power_limit') }} then 'reset'
                else 'replaced'
            end as kind
        from (
            select
                turns.stretch_id,
                turns.turn,
                turns.base_stamp,
                turns.base_kwh,
                turns.base_event_count,
                turns.base_event_kwh,
                turns.dip_number,
                turns.dip_stamp,
                turns.dip_kwh,
                stretches.reading_number,
                stretches.stamp,
                stretches.meter_kwh,
                stretches.event_count,
                stretches.event_kwh,
                stretches.power_limit,
                {% for ahead in (1, 2, 3) %}
                    stretches.stamp_ahead_{{ ahead }},
                    stretches.kwh_ahead_{{ ahead }},
                {% endfor %}
                stretches.meter_kwh - turns.base_kwh as added_kwh,
                stretches.stamp - turns.base_stamp as seconds
            from turns
            inner join stretches
                on turns.stretch_id = stretches.stretch_id and turns.reading_number + 1 = stretches.reading_number
        ) as meetings
    ) as verdicts
),

last_verdicts as (
    select *
    from turns
    qualify row_number() over (partition by stretch_id, reading_number order by turn desc) = 1
),

judged_readings as (
    select
        stretches.pdu_id,
        stretches.stamp,
        last_verdicts.kind,
        last_verdicts.from_stamp,
        last_verdicts.energy_kwh
    from last_verdicts
    inner join stretches
        on last_verdicts.stretch_id = stretches.stretch_id and last_verdicts.reading_number = stretches.reading_number
)

select * from judged_readings
order by pdu_id, stamp
