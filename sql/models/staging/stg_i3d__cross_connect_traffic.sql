with samples as (
    select * from {{ source('raw_i3d', 'cross_connect_traffic') }}
    where timestamp between 1 and 253402300799
),

-- No link carries ten petabytes in a sample: such a number counts no bytes.
cross_connect_traffic as (
    select
        cross_connect_id,
        uplink_id,
        unit,
        timestamp as stamp,
        {{ from_unix('timestamp') }} as sampled_at,
        case when ingress between 0 and 10000000000000000 then ingress end as ingress_bytes,
        case when egress between 0 and 10000000000000000 then egress end as egress_bytes,
        window_start
    from samples
)

select * from cross_connect_traffic
