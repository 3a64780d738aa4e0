with dedicated_server_list as (
    select * from {{ source('raw_i3d', 'dedicated_servers') }}
),

ports as (
    select
        id as dedicated_server_id,
        {{ json_items('uplinks') }} as port
    from dedicated_server_list
),

uplinks as (
    select
        dedicated_server_id,
        {{ blank_to_null("port ->> '$.uplinkId'") }} as uplink_id,
        bool_or(coalesce(lower(port ->> '$.aggregate') in ('true', '1'), false)) as is_aggregate
    from ports
    where {{ blank_to_null("port ->> '$.uplinkId'") }} is not null
    group by all
)

select * from uplinks
