with clock as (
    select * from {{ ref('int_clock__read') }}
),

days as (
    select * from {{ ref('int_traffic_days__measured') }}
),

months as (
    select
        service_key,
        month,
        has_free_ingress,
        billing_type,
        bandwidth_direction,
        commit_mbit,
        commit_gb
    from {{ ref('bandwidth_by_service_month') }}
),

used_days as (
    select
        days.*,
        days.day < clock.as_of_on as is_day_over,
        months.billing_type,
        months.bandwidth_direction,
        months.commit_mbit,
        months.commit_gb,
        case when months.has_free_ingress then 0 else days.ingress_bytes end + days.egress_bytes as used_bytes
    from days
    inner join months on days.service_key = months.service_key and days.month = months.month
    cross join clock
),

bandwidth_by_service_day as (
    select
        service_key,
        day,
        month,
        cast(ingress_bytes as hugeint) as ingress_bytes,
        cast(egress_bytes as hugeint) as egress_bytes,
        {{ bytes_to_gb('used_bytes') }} as used_gb,
        {{ bytes_to_gb('sum(used_bytes) over (partition by service_key, month order by day)') }} as month_to_date_gb,
        {{ from_millionths('peak_bps') }} as peak_mbit,
        {{ from_millionths('p95_bps') }} as p95_mbit,
        commit_mbit,
        commit_gb,
        billing_type,
        over_commit_count,
        sample_count,
        step_seconds,
        bandwidth_direction,
        is_day_over
    from used_days
)

select * from bandwidth_by_service_day
order by service_key, day
