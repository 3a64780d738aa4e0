{{ config(materialized='table') }}

with sampled_quarters as (
    select distinct stamp // 900 as quarter
    from {{ ref('stg_i3d__pdu_power') }}
),

dated_quarters as (
    select
        quarter,
        {{ quarter_date('quarter') }} as day
    from sampled_quarters
)

select * from dated_quarters
order by quarter
