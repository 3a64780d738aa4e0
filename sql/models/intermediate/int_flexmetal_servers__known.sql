with listed_servers as (
    select
        flexmetal_server_id,
        server_name,
        location_id,
        location_name,
        instance_type_id,
        instance_type,
        delivered_at,
        released_at,
        is_deleted,
        first_seen_at,
        last_seen_at
    from {{ ref('stg_i3d__flexmetal_servers') }}
),

-- What came and went between two loads shows in the usage only.
used_servers as (
    select
        slices.flexmetal_server_id,
        arg_max(slices.server_name, slices.ended_at) as server_name,
        arg_max(slices.location_id, slices.ended_at) as location_id,
        arg_max(slices.location_name, slices.ended_at) as location_name,
        arg_max(slices.instance_type_id, slices.ended_at) as instance_type_id,
        arg_max(slices.instance_type, slices.ended_at) as instance_type,
        min(slices.started_at) as delivered_at,
        max(slices.ended_at) as released_at,
        true as is_deleted
    from {{ ref('stg_i3d__flexmetal_usage') }} as slices
    anti join listed_servers on slices.flexmetal_server_id = listed_servers.flexmetal_server_id
    group by slices.flexmetal_server_id
),

known_servers as (
    select * from listed_servers
    union all by name
    select * from used_servers
)

select * from known_servers
