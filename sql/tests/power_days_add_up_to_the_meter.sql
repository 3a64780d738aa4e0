-- The days of a meter add up to its increments and, where nothing odd happened, to its last reading less its first.
with increments as (
    select
        pdu_id,
        sum(energy_kwh) as energy_kwh,
        bool_and(kind = 'normal') as is_regular
    from {{ ref('int_meter_increments') }}
    group by pdu_id
),

days as (
    select
        pdu_id,
        sum(energy_kwh) as energy_kwh,
        arg_max(meter_end_kwh, day) - arg_min(meter_start_kwh, day) as risen_kwh
    from {{ ref('power_by_pdu_day') }}
    group by pdu_id
)

select days.*
from days
inner join increments on days.pdu_id = increments.pdu_id
where
    days.energy_kwh is distinct from increments.energy_kwh
    or (increments.is_regular and days.energy_kwh is distinct from days.risen_kwh)
