with feeds as (
    select * from {{ source('raw_i3d', 'pdus') }}
),

pdus as (
    select
        colocation_id,
        id as pdu_id,
        {{ blank_to_null('name') }} as pdu_name,
        {{ blank_to_null('serial') }} as serial_number,
        upper({{ blank_to_null('input_feed_type') }}) as input_feed,
        cast(outlets as integer) as outlet_count,
        cast(phases as integer) as phases,
        power_meter as power_meter_kwh,
        try_cast(power_factor as decimal(18, 6)) as power_factor,
        nullif(try_cast(greatest(amperage, 0) as decimal(18, 6)), 0) as rated_amps,
        nullif(try_cast(greatest(voltage, 0) as decimal(18, 6)), 0) as volts,
        conduits,
        {{ from_unix('updated_at') }} as measured_at,
        {{ seen_columns('feeds') }}
    from feeds
)

select * from pdus
