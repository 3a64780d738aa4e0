{{ config(materialized='table') }}

with votes as (
    select
        traffic_semantics,
        gigabyte,
        count(*) as month_count,
        max(month) as last_month
    from {{ ref('int_traffic_semantics__tried') }}
    where traffic_semantics != 'neither'
    group by traffic_semantics, gigabyte
),

winners as (
    select
        arg_max(traffic_semantics, (month_count, last_month, traffic_semantics, gigabyte)) as traffic_semantics,
        arg_max(gigabyte, (month_count, last_month, traffic_semantics, gigabyte)) as gigabyte
    from votes
),

proved_semantics as (
    select
        coalesce(traffic_semantics, '{{ var("traffic_semantics") }}') as traffic_semantics,
        coalesce(gigabyte, 'decimal') as gigabyte,
        traffic_semantics is not null as is_proved
    from winners
)

select * from proved_semantics
