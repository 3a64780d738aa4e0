with rack_samples as (
    select
        'colocation:' || colocation_id as service_key,
        uplink_id,
        unit,
        stamp,
        ingress_value,
        egress_value,
        asked_from_at
    from {{ ref('stg_i3d__uplink_traffic') }}
),

line_samples as (
    select
        'cross_connect:' || cross_connect_id as service_key,
        uplink_id,
        unit,
        stamp,
        ingress_value,
        egress_value,
        asked_from_at
    from {{ ref('stg_i3d__cross_connect_traffic') }}
),

samples as (
    select * from rack_samples
    union all
    select * from line_samples
)

select * from samples
