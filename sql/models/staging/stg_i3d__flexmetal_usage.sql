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
        cast({{ utc('window_start') }} as date) as month,
        started_at as started_at_raw,
        try_cast(started_at as timestamp) as started_at,
        try_cast(ended_at as timestamp) as ended_at,
        total_hours as billable_hours,
        total_minutes as used_minutes,
        bandwidth_in as bandwidth_in_bytes,
        bandwidth_out as bandwidth_out_bytes
    from raw_slices
)

select * from slices
