{{ config(materialized='table') }}

with samples as (
    select
        power.*,
        quarters.day
    from {{ ref('stg_i3d__pdu_power') }} as power
    inner join {{ ref('int_quarters__dated') }} as quarters on power.stamp // 900 = quarters.quarter
),

fingerprints as (
    select
        pdu_id,
        day,
        count(*) as row_count,
        sum(hash(stamp, meter_kwh, amps, volts, '{{ var("meter_resolution_kwh") }}')) as fingerprint
    from samples
    group by pdu_id, day
)

select * from fingerprints
order by pdu_id, day
