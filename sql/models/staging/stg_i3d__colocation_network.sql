with hours as (
    select * from {{ source('raw_i3d', 'colocation_network') }}
),

network_hours as (
    select
        colocation_id,
        unit,
        timestamp as stamp,
        {{ traffic_value('network_ingress') }} as ingress_bytes,
        {{ traffic_value('network_egress') }} as egress_bytes
    from hours
    where timestamp > 0
)

select * from network_hours
