with uplink_samples as (
    select
        'colocation:' || colocation_id as service_key,
        uplink_id,
        unit,
        stamp,
        ingress_bytes as ingress_value,
        egress_bytes as egress_value,
        window_start
    from {{ ref('stg_i3d__uplink_traffic') }}
    union all
    select
        'cross_connect:' || cross_connect_id as service_key,
        uplink_id,
        unit,
        stamp,
        ingress_bytes as ingress_value,
        egress_bytes as egress_value,
        window_start
    from {{ ref('stg_i3d__cross_connect_traffic') }}
),

samples as (
    select
        uplink_samples.service_key,
        quarters.month,
        uplink_samples.uplink_id,
        uplink_samples.unit,
        uplink_samples.stamp,
        uplink_samples.ingress_value,
        uplink_samples.egress_value,
        uplink_samples.window_start,
        uplinks.uplink_count
    from uplink_samples
    inner join {{ ref('int_uplinks__chosen') }} as uplinks
        on uplink_samples.service_key = uplinks.service_key and uplink_samples.uplink_id = uplinks.uplink_id
    inner join {{ ref('int_traffic_quarters__dated') }} as quarters on uplink_samples.stamp // 900 = quarters.quarter
)

select * from samples
