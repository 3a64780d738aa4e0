with entries as (
    select
        id as colocation_id,
        {{ json_items('power_sum_history') }} as entry
    from {{ source('raw_i3d', 'colocations') }}
),

texts as (
    select
        colocation_id,
        entry ->> '$.date' as date_text,
        entry ->> '$.powerMeter' as meter_text,
        entry ->> '$.powerUsed' as used_text
    from entries
),

power_days as (
    select
        colocation_id,
        {{ parse_date('date_text') }} as day,
        max(try_cast(meter_text as decimal(18, 6))) as meter_kwh,
        max(try_cast(used_text as decimal(18, 6))) as used_kwh
    from texts
    where {{ parse_date('date_text') }} is not null
    group by all
)

select * from power_days
