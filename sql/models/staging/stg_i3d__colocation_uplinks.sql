with entries as (
    select
        id as colocation_id,
        {{ json_items('uplinks') }} as entry
    from {{ source('raw_i3d', 'colocations') }}
),

colocation_uplinks as (
    select
        colocation_id,
        {{ blank_to_null("entry ->> '$.uplinkId'") }} as uplink_id,
        bool_or(lower(entry ->> '$.aggregate') in ('true', '1')) is true as is_aggregate
    from entries
    where {{ blank_to_null("entry ->> '$.uplinkId'") }} is not null
    group by all
)

select * from colocation_uplinks
