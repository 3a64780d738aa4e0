{{ config(materialized='table') }}

with asked_months as (
    select
        months.service_key,
        months.month,
        months.start_stamp,
        months.end_stamp,
        months.known_end_stamp,
        months.direction,
        cast(cast(months.commit_mbit as decimal(38, 6)) * 1000000 as hugeint) as commit_bps,
        cast(cast(months.link_mbit as decimal(38, 6)) * 1000000 as hugeint) as link_bps,
        semantics.traffic_semantics,
        hash(
            fingerprints.fingerprint, months.known_end_stamp, months.direction, months.commit_mbit, months.link_mbit,
            semantics.traffic_semantics, '{{ var("missing_samples") }}'
        ) as fingerprint
    from {{ ref('int_bandwidth_months__contracted') }} as months
    inner join {{ ref('int_traffic_months__fingerprinted') }} as fingerprints
        on months.service_key = fingerprints.service_key and months.month = fingerprints.month
    cross join {{ ref('int_traffic_semantics__proved') }} as semantics
)

select * from asked_months
order by service_key, month
