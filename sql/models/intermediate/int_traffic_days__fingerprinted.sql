{{ config(materialized='table') }}

with samples as (
    select
        *,
        stamp // 86400 as day_number
    from {{ ref('int_traffic_samples__unioned') }}
),

fingerprints as (
    select
        service_key,
        uplink_id,
        day_number,
        count(*) as row_count,
        min(stamp) as first_stamp,
        max(stamp) as last_stamp,
        coalesce(sum(cast(ingress_value as hugeint) + egress_value), 0) as value_sum,
        sum(hash(stamp, unit, ingress_value, egress_value, asked_from_at)) as fingerprint
    from samples
    where service_key is not null and uplink_id is not null
    group by service_key, uplink_id, day_number
)

select * from fingerprints
order by service_key, uplink_id, day_number
