with months as (
    select
        months.service_key,
        months.month,
        months.start_stamp,
        months.end_stamp
    from {{ ref('int_bandwidth_months__contracted') }} as months
    where months.billing_type = 'volume' and starts_with(months.service_key, 'colocation:')
),

-- The provider's sum is in GB where volume is billed.
sums as (
    select
        'colocation:' || colocation_id as service_key,
        {{ month_of(billing_date('observed_at')) }} as month,
        max(epoch_us(observed_at) // 1000000) as observed_stamp,
        arg_max(month_traffic, observed_at) as traffic_gb
    from {{ ref('stg_i3d__colocation_traffic_observations') }}
    where month_traffic is not null
    group by all
),

compared_months as (
    select
        months.service_key,
        months.month,
        min(sums.traffic_gb) as traffic_gb,
        min(intervals.step_seconds) as step_seconds,
        min(least(sums.observed_stamp, months.end_stamp) - months.start_stamp) as seconds,
        count(*) as sample_count,
        sum(cast(intervals.ingress_value as hugeint) + intervals.egress_value) as total
    from months
    inner join sums on months.service_key = sums.service_key and months.month = sums.month
    inner join {{ ref('int_traffic_intervals__prepared') }} as intervals
        on months.service_key = intervals.service_key and months.month = intervals.month
    where intervals.stamp <= sums.observed_stamp and intervals.step_seconds is not null
    group by months.service_key, months.month
),

readings as (
    select
        *,
        total * 100 as interval_hundredfold,
        total * step_seconds * 100 as second_hundredfold,
        traffic_gb * cast(1000000000 as hugeint) as decimal_bytes,
        traffic_gb * cast(1073741824 as hugeint) as binary_bytes,
        {{ var('semantics_tolerance_pct') }} as tolerance
    from compared_months
    where
        seconds >= 86400
        and sample_count * step_seconds * 100 >= seconds * {{ var('bandwidth_warn_coverage_pct') }}
        -- A sum of whole GB says nothing where its rounding is wider than the tolerance.
        and traffic_gb * {{ var('semantics_tolerance_pct') }} >= 100
),

tried_readings as (
    select
        service_key,
        month,
        case
            when abs(interval_hundredfold - 100 * decimal_bytes) <= tolerance * decimal_bytes then 'bytes_per_interval'
            when abs(interval_hundredfold - 100 * binary_bytes) <= tolerance * binary_bytes then 'bytes_per_interval'
            when abs(second_hundredfold - 100 * decimal_bytes) <= tolerance * decimal_bytes then 'bytes_per_second'
            when abs(second_hundredfold - 100 * binary_bytes) <= tolerance * binary_bytes then 'bytes_per_second'
            else 'neither'
        end as traffic_semantics,
        case
            when abs(interval_hundredfold - 100 * decimal_bytes) <= tolerance * decimal_bytes then 'decimal'
            when abs(interval_hundredfold - 100 * binary_bytes) <= tolerance * binary_bytes then 'binary'
            when abs(second_hundredfold - 100 * decimal_bytes) <= tolerance * decimal_bytes then 'decimal'
            when abs(second_hundredfold - 100 * binary_bytes) <= tolerance * binary_bytes then 'binary'
        end as gigabyte
    from readings
)

select * from tried_readings
