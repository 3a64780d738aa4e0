with servers as (
    select * from {{ source('raw_i3d', 'flexmetal_servers') }}
),

flexmetal_servers as (
    select
        servers.uuid as flexmetal_server_id,
        {{ blank_to_null('servers.name') }} as server_name,
        servers.status,
        servers.location ->> '$.id' as location_id,
        servers.location ->> '$.name' as location_name,
        servers.instance_type ->> '$.id' as instance_type_id,
        servers.instance_type ->> '$.name' as instance_type,
        servers.os ->> '$.slug' as os_slug,
        {{ blank_to_null('servers.contract_id') }} as contract_id,
        {{ from_unix('servers.created_at') }} as created_at,
        {{ from_unix('servers.delivered_at') }} as delivered_at,
        {{ from_unix('servers.released_at') }} as released_at,
        {{ seen_columns('servers') }}
    from servers
)

select * from flexmetal_servers
