with samples as (
    select * from {{ source('raw_i3d', 'cross_connect_traffic') }}
),

cross_connect_traffic as (
    select
        cross_connect_id,
        uplink_id,
        unit,
        timestamp as stamp,
        {{ traffic_value('ingress') }} as ingress_value,
        {{ traffic_value('egress') }} as egress_value,
        {{ utc('window_start') }} as asked_from_at
    from samples
    where timestamp > 0
)

select * from cross_connect_traffic
