{{ config(materialized='table') }}

{% set far_seconds = var('far_hours') * 3600 %}

with increments as (
    select * from {{ ref('int_meter_increments') }}
),

days as (
    select * from {{ ref('int_billing_days__spanned') }}
),

shares as (
    select
        increments.pdu_id,
        increments.kind,
        increments.from_stamp,
        increments.to_stamp,
        {{ to_millionths('increments.energy_kwh') }} as energy,
        days.day,
        greatest(days.start_stamp, increments.from_stamp) as part_from_stamp,
        least(days.end_stamp, increments.to_stamp) as part_to_stamp,
        increments.to_stamp - increments.from_stamp as seconds,
        increments.from_stamp < days.start_stamp or increments.to_stamp > days.end_stamp as is_split,
        increments.to_stamp >= days.start_stamp and increments.to_stamp < days.end_stamp as is_last_day
    from increments
    inner join days on increments.to_stamp >= days.start_stamp and increments.from_stamp < days.end_stamp
),

-- What was burnt until each midnight is rounded, and a day is a difference: the days of an increment add up to it.
parts as (
    select
        *,
        part_to_stamp - part_from_stamp as part_seconds,
        {{ divide_half_up('energy * (part_to_stamp - from_stamp)', 'seconds') }}
        - {{ divide_half_up('energy * (part_from_stamp - from_stamp)', 'seconds') }} as part
    from shares
),

split_days as (
    select
        pdu_id,
        day,
        {{ from_millionths("sum(part) filter (where part_seconds > 0)") }} as energy_kwh,
        cast(coalesce(sum(part_seconds) filter (where energy is not null), 0) as bigint) as explained_seconds,
        cast(coalesce(sum(part_seconds) filter (where energy is null), 0) as bigint) as unexplained_seconds,
        count(*) filter (where is_last_day and kind = 'reset') as reset_count,
        count(*) filter (where is_last_day and kind = 'replaced') as replaced_count,
        count(*) filter (where is_last_day and kind = 'jump') as jump_count,
        count(*) filter (where is_last_day and kind = 'declared') as declared_count,
        count(*) filter (where is_last_day and kind = 'wrap') as wrap_count,
        coalesce(
            bool_or(is_split and energy is not null and seconds > {{ far_seconds }} and part_seconds > 0), false
        ) as is_boundary_interpolated
    from parts
    group by pdu_id, day
)

select * from split_days
order by pdu_id, day
