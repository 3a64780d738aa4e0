{{ config(materialized='table') }}

with sampled_days as (
    select distinct day from {{ ref('int_quarters__dated') }}
),

ends as (
    select
        min(day) as first_day,
        max(day) as last_day
    from sampled_days
),

days as (
    select cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from ends
),

spanned_days as (
    select
        day,
        {{ month_of('day') }} as month,
        {{ midnight_stamp('day') }} as start_stamp,
        {{ midnight_stamp('day + 1') }} as end_stamp
    from days
)

select * from spanned_days
