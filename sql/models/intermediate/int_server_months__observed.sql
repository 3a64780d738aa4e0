with months as (
    select * from {{ ref('int_bandwidth_months__contracted') }}
    where starts_with(service_key, 'dedicated_server:')
),

observations as (
    select
        'dedicated_server:' || dedicated_server_id as service_key,
        {{ month_of(billing_date('observed_at')) }} as month,
        epoch_us(observed_at) // 1000000 as stamp,
        month_traffic as traffic,
        month_ingress as ingress,
        month_egress as egress
    from {{ ref('stg_i3d__dedicated_servers_observations') }}
),

-- Sums of the month so far: the last one knows most of it.
last_observations as (
    select *
    from observations
    where traffic is not null or ingress is not null or egress is not null
    qualify row_number() over (partition by service_key, month order by stamp desc) = 1
),

-- The same columns are GB where volume is billed and Mbit/s at the 95th percentile.
observed_months as (
    select
        months.service_key,
        months.month,
        observations.stamp as observed_stamp,
        case when months.billing_type = 'volume' then cast(observations.ingress as hugeint) * 1000000000 end as ingress_bytes,
        case when months.billing_type = 'volume' then cast(observations.egress as hugeint) * 1000000000 end as egress_bytes,
        case
            when months.billing_type != 'volume' then null
            when months.has_free_ingress then cast(observations.egress as hugeint) * 1000000000
            else cast(coalesce(observations.ingress + observations.egress, observations.traffic) as hugeint) * 1000000000
        end as used_bytes,
        case when months.billing_type = 'p95' then cast(observations.ingress as hugeint) * 1000000 end as p95_in_bps,
        case when months.billing_type = 'p95' then cast(observations.egress as hugeint) * 1000000 end as p95_out_bps,
        case
            when months.billing_type = 'p95' then cast(coalesce(observations.traffic, observations.egress) as hugeint) * 1000000
        end as used_bps,
        {{ percentage(
            '(least(observations.stamp, months.known_end_stamp) - months.start_stamp) * 1.000000',
            '(months.end_stamp - months.start_stamp) * 1.000000'
        ) }} as coverage_pct,
        observations.stamp >= months.end_stamp - 3600 * {{ var('observed_hours') }} as is_near_end
    from months
    inner join last_observations as observations
        on months.service_key = observations.service_key and months.month = observations.month
)

select * from observed_months
