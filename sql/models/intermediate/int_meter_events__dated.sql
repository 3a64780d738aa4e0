with events as (
    select * from {{ ref('meter_events') }}
),

dated_events as (
    select
        events.pdu_id,
        epoch_us(events.at) // 1000000 as stamp,
        events.old_last_kwh - events.new_first_kwh as offset_kwh
    from events
    where events.at is not null and events.old_last_kwh is not null and events.new_first_kwh is not null
)

select * from dated_events
