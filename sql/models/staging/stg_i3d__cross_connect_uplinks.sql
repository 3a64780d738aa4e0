with entries as (
    select
        id as cross_connect_id,
        {{ json_items('uplinks') }} as entry
    from {{ source('raw_i3d', 'cross_connects') }}
),

cross_connect_uplinks as (
    select
        cross_connect_id,
        {{ blank_to_null("entry ->> '$.uplinkId'") }} as uplink_id,
        min(upper({{ blank_to_null("entry ->> '$.side'") }})) as side
    from entries
    where {{ blank_to_null("entry ->> '$.uplinkId'") }} is not null
    group by all
)

select * from cross_connect_uplinks
