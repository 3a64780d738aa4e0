with feeds as (
    select * from {{ source('raw_i3d', 'pdus') }}
),

pdus as (
    select
        feeds.colocation_id,
        feeds.id as pdu_id,
        {{ blank_to_null('feeds.name') }} as pdu_name,
        {{ blank_to_null('feeds.serial') }} as serial_number,
        upper({{ blank_to_null('feeds.input_feed_type') }}) as input_feed,
        cast(feeds.outlets as integer) as outlet_count,
        cast(feeds.phases as integer) as phases,
        feeds.power_meter as power_meter_kwh,
        try_cast(feeds.power_factor as decimal(18, 6)) as power_factor,
        nullif(try_cast(greatest(feeds.amperage, 0) as decimal(18, 6)), 0) as rated_amps,
        nullif(try_cast(greatest(feeds.voltage, 0) as decimal(18, 6)), 0) as volts,
        feeds.conduits,
        {{ from_unix('feeds.updated_at') }} as measured_at,
        {{ seen_columns('feeds') }}
    from feeds
)

select * from pdus
