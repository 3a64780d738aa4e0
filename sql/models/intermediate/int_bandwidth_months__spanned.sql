{{ config(materialized='table') }}

with services as (
    select * from {{ ref('int_bandwidth_services__listed') }}
),

clock as (
    select
        epoch_us(as_of) // 1000000 as stamp,
        {{ month_of('as_of_on') }} as month
    from {{ ref('int_clock__read') }}
),

sampled_months as (
    select
        min(quarters.month) as first_month,
        greatest(max(quarters.month), max(clock.month)) as last_month
    from {{ ref('int_traffic_quarters__dated') }} as quarters
    cross join clock
),

measured_months as (
    select
        services.service_key,
        cast(unnest(generate_series(sampled_months.first_month, sampled_months.last_month, interval 1 month)) as date) as month
    from services
    cross join sampled_months
    where not starts_with(services.service_key, 'dedicated_server:')
),

observed_months as (
    select distinct
        'dedicated_server:' || dedicated_server_id as service_key,
        {{ month_of(billing_date('observed_at')) }} as month
    from {{ ref('stg_i3d__dedicated_servers_observations') }}
),

months as (
    select * from measured_months
    union all
    select * from observed_months
),

windows as (
    select
        months.service_key,
        months.month,
        {{ midnight_stamp('months.month') }} as month_start_stamp,
        {{ midnight_stamp(add_months('months.month', 1)) }} as month_end_stamp,
        {{ midnight_stamp('services.starts_on') }} as service_start_stamp,
        {{ midnight_stamp('services.cancelled_on') }} as service_end_stamp,
        epoch_us(services.gone_at) // 1000000 as gone_stamp,
        clock.stamp as clock_stamp
    from months
    inner join services on months.service_key = services.service_key
    cross join clock
),

active_windows as (
    select
        service_key,
        month,
        month_start_stamp,
        month_end_stamp,
        greatest(month_start_stamp, service_start_stamp) as start_stamp,
        least(month_end_stamp, service_end_stamp, case when service_end_stamp is null then gone_stamp end) as end_stamp,
        clock_stamp
    from windows
),

spanned_months as (
    select
        service_key,
        month,
        month_start_stamp,
        month_end_stamp,
        start_stamp,
        end_stamp,
        least(end_stamp, clock_stamp) as known_end_stamp,
        start_stamp > month_start_stamp or end_stamp < month_end_stamp as is_partial_month,
        coalesce(clock_stamp < end_stamp, false) as is_open_month
    from active_windows
    where start_stamp < end_stamp and coalesce(start_stamp < clock_stamp, true)
)

select * from spanned_months
order by service_key, month
