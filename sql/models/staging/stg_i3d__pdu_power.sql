with samples as (
    select * from {{ source('raw_i3d', 'pdu_power') }}
    where timestamp between 1 and 253402300799
),

pdu_power as (
    select
        pdu_id,
        unit,
        timestamp as stamp,
        {{ from_unix('timestamp') }} as sampled_at,
        coalesce(list_contains({{ power_units() }}, lower(trim(unit))), true) as is_known_unit,
        case when is_known_unit and power_meter between 0 and 999999999 then power_meter end as meter_kwh,
        case when is_known_unit and amps between 0 and 100000 then cast(amps as decimal(18, 6)) end as amps,
        case when is_known_unit and volts between 0 and 100000 then cast(volts as decimal(18, 6)) end as volts
    from samples
)

select * from pdu_power
