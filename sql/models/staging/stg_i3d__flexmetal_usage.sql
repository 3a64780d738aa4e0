with raw_slices as (
    select * from {{ source('raw_i3d', 'flexmetal_usage') }}
),

slices as (
    select
        server_uuid as flexmetal_server_id,
        {{ blank_to_null("server ->> '$.name'") }} as server_name,
        server ->> '$.location.id' as location_id,
        server ->> '$.location.name' as location_name,
        server ->> '$.instanceType.id' as instance_type_id,
        server ->> '$.instanceType.name' as instance_type,
        {{ month_of(utc('window_start')) }} as month,
        started_at as started_at_raw,
        try_cast(started_at as timestamp) as started_at,
        try_cast(ended_at as timestamp) as ended_at,
        case when total_hours between 0 and 100000 then total_hours end as billable_hours,
        total_minutes as used_minutes,
        case when bandwidth_in >= 0 then bandwidth_in end as bandwidth_in_bytes,
        case when bandwidth_out >= 0 then bandwidth_out end as bandwidth_out_bytes
    from raw_slices
)

select * from slices
