with samples as (
    select * from {{ source('raw_i3d', 'uplink_traffic') }}
),

uplink_traffic as (
    select
        colocation_id,
        uplink_id,
        unit,
        timestamp as stamp,
        {{ traffic_value('ingress') }} as ingress_value,
        {{ traffic_value('egress') }} as egress_value,
        {{ utc('window_start') }} as asked_from_at
    from samples
    where timestamp > 0
)

select * from uplink_traffic
