with lines as (
    select * from {{ source('raw_i3d', 'cross_connects') }}
),

ports as (
    select
        id as cross_connect_id,
        {{ json_items('uplinks') }} as port
    from lines
),

uplinks as (
    select
        cross_connect_id,
        {{ blank_to_null("port ->> '$.uplinkId'") }} as uplink_id,
        min(upper({{ blank_to_null("port ->> '$.side'") }})) as side
    from ports
    where {{ blank_to_null("port ->> '$.uplinkId'") }} is not null
    group by all
)

select * from uplinks
