with judged_days as (
    select * from {{ ref('int_meter_days__judged') }}
),

suspect_readings as (
    select * from {{ ref('int_meter_readings__suspect') }}
),

judged_readings as (
    select * from {{ ref('int_meter_readings__judged') }}
),

increments as (
    select
        pdu_id,
        first_stamp as from_stamp,
        last_stamp as to_stamp,
        'normal' as kind,
        cast(last_kwh - first_kwh as decimal(18, 6)) as energy_kwh
    from judged_days
    where not is_suspect and last_stamp > first_stamp
    union all
    -- Over midnight, also into and out of suspect days: what is odd lies further inside.
    select
        judged_days.pdu_id,
        judged_days.before_stamp as from_stamp,
        judged_days.first_stamp as to_stamp,
        'normal' as kind,
        cast(judged_days.first_kwh - judged_days.before_kwh as decimal(18, 6)) as energy_kwh
    from judged_days
    left join judged_days as days_before on judged_days.pdu_id = days_before.pdu_id and judged_days.before_day = days_before.day
    where judged_days.before_stamp is not null and not (judged_days.is_suspect and days_before.is_suspect)
    union all
    select
        pdu_id,
        before_stamp as from_stamp,
        stamp as to_stamp,
        'normal' as kind,
        cast(meter_kwh - before_kwh as decimal(18, 6)) as energy_kwh
    from suspect_readings
    where before_stamp is not null and (stretch is null or is_start)
    union all
    select
        pdu_id,
        from_stamp,
        stamp as to_stamp,
        kind,
        energy_kwh
    from judged_readings
    where kind not in ('start', 'glitch', 'dip')
)

select * from increments
