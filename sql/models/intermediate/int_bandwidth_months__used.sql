with months as (
    select * from {{ ref('int_bandwidth_months__contracted') }}
),

semantics as (
    select * from {{ ref('int_traffic_semantics__proved') }}
),

measured_months as (
    select
        *,
        greatest(p95_in_bps, p95_out_bps) as max_of_p95_bps,
        p95_in_bps + p95_out_bps as sum_of_p95_bps
    from {{ ref('int_traffic_months__measured') }}
),

sampled_months as (
    select
        measured.service_key,
        measured.month,
        measured.ingress_bytes,
        measured.egress_bytes,
        case when months.has_free_ingress then 0 else measured.ingress_bytes end + measured.egress_bytes as used_bytes,
        measured.p95_in_bps,
        measured.p95_out_bps,
        measured.max_of_p95_bps,
        measured.p95_of_max_bps,
        measured.p95_of_sum_bps,
        measured.sum_of_p95_bps,
        case months.direction
            when 'p95_in' then measured.p95_in_bps
            when 'p95_out' then measured.p95_out_bps
            when 'max_of_p95' then measured.max_of_p95_bps
            when 'p95_of_max' then measured.p95_of_max_bps
            when 'p95_of_sum' then measured.p95_of_sum_bps
            when 'sum_of_p95' then measured.sum_of_p95_bps
        end as used_bps,
        case
            when not measured.is_incomplete then used_bps
            when months.direction = 'max_of_p95' then greatest(measured.first_low_bps, measured.second_low_bps)
            when months.direction = 'sum_of_p95' then measured.first_low_bps + measured.second_low_bps
            else measured.first_low_bps
        end as low_bps,
        cast(cast(months.link_mbit as decimal(38, 6)) * 1000000 as hugeint) as link_bps,
        case
            when months.link_mbit is null then null
            when not measured.is_incomplete then used_bps
            else greatest(
                used_bps,
                case months.direction
                    when 'max_of_p95'
                        then greatest(coalesce(measured.first_high_bps, link_bps), coalesce(measured.second_high_bps, link_bps))
                    when 'sum_of_p95'
                        then coalesce(measured.first_high_bps, link_bps) + coalesce(measured.second_high_bps, link_bps)
                    when 'p95_of_sum' then coalesce(measured.first_high_bps, 2 * link_bps)
                    else coalesce(measured.first_high_bps, link_bps)
                end
            )
        end as high_bps,
        measured.step_seconds,
        measured.sample_count,
        measured.spike_count,
        measured.expected_sample_count,
        measured.month_sample_count,
        measured.over_commit_count,
        {{ percentage('measured.sample_count * 1.000000', 'measured.expected_sample_count * 1.000000') }} as coverage_pct
    from measured_months as measured
    inner join months on measured.service_key = months.service_key and measured.month = months.month
),

used_months as (
    select
        months.*,
        starts_with(months.service_key, 'cross_connect:') as is_cross_connect,
        coalesce(sampled.ingress_bytes, observed.ingress_bytes) as ingress_bytes,
        coalesce(sampled.egress_bytes, observed.egress_bytes) as egress_bytes,
        coalesce(sampled.used_bytes, observed.used_bytes) as used_bytes,
        coalesce(sampled.p95_in_bps, observed.p95_in_bps) as p95_in_bps,
        coalesce(sampled.p95_out_bps, observed.p95_out_bps) as p95_out_bps,
        sampled.max_of_p95_bps,
        sampled.p95_of_max_bps,
        sampled.p95_of_sum_bps,
        sampled.sum_of_p95_bps,
        coalesce(sampled.used_bps, observed.used_bps) as used_bps,
        coalesce(sampled.low_bps, case when observed.is_near_end then observed.used_bps end) as low_bps,
        sampled.high_bps,
        sampled.step_seconds,
        coalesce(sampled.sample_count, 0) as sample_count,
        coalesce(sampled.spike_count, 0) as spike_count,
        sampled.expected_sample_count,
        sampled.month_sample_count,
        sampled.over_commit_count,
        case
            when observed.service_key is not null then observed.coverage_pct
            else coalesce(sampled.coverage_pct, cast(0 as decimal(9, 4)))
        end as coverage_pct,
        observed.service_key is not null as is_observed,
        coalesce(observed.is_near_end, true) as is_near_end,
        observed.observed_stamp,
        semantics.traffic_semantics,
        semantics.gigabyte,
        semantics.is_proved as is_semantics_proved,
        coalesce(tried.traffic_semantics != semantics.traffic_semantics, false) as is_semantics_contradicted
    from months
    cross join semantics
    left join sampled_months as sampled on months.service_key = sampled.service_key and months.month = sampled.month
    left join {{ ref('int_server_months__observed') }} as observed
        on months.service_key = observed.service_key and months.month = observed.month
    left join {{ ref('int_traffic_semantics__tried') }} as tried
        on months.service_key = tried.service_key and months.month = tried.month
)

select * from used_months -- noqa: AM04
