{{ config(materialized='table') }}

with sampled_quarters as (
    select distinct stamp // 900 as quarter
    from {{ ref('stg_i3d__uplink_traffic') }}
    union
    select distinct stamp // 900 as quarter
    from {{ ref('stg_i3d__cross_connect_traffic') }}
),

dated_quarters as (
    select
        quarter,
        {{ month_of(quarter_date('quarter')) }} as month
    from sampled_quarters
),

-- Aligned to its step, a sample of the first day may be the last one of the month before.
reaching_quarters as (
    select
        quarter,
        month
    from dated_quarters
    union all
    select
        quarter,
        {{ add_months('month', -1) }} as month
    from dated_quarters
    where quarter * 900 - {{ midnight_stamp('month') }} < 86400
)

select * from reaching_quarters
order by quarter, month
