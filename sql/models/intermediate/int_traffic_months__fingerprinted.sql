{{ config(materialized='table') }}

with months as (
    select * from {{ ref('int_bandwidth_months__spanned') }}
),

sample_sums as (
    select
        service_key,
        month,
        coalesce(min(unit) != max(unit), false) as has_units,
        sum(hash(uplink_id, unit, stamp, ingress_value, egress_value, uplink_count)) as sample_sum
    from {{ ref('int_traffic_samples__united') }}
    group by service_key, month
),

fingerprints as (
    select
        months.service_key,
        months.month,
        months.start_stamp,
        months.end_stamp,
        sample_sums.has_units,
        hash(sample_sums.sample_sum, months.start_stamp, months.end_stamp, '{{ var("stamp_convention") }}') as fingerprint
    from months
    inner join sample_sums on months.service_key = sample_sums.service_key and months.month = sample_sums.month
)

select * from fingerprints
order by service_key, month
