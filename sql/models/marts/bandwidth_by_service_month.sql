with months as (
    select * from {{ ref('int_bandwidth_months__charged') }}
),

budgets as (
    select
        *,
        -- A server is known until it was observed, samples until the clock.
        coalesce(observed_stamp, known_end_stamp) - start_stamp as measured_seconds,
        case when doubt in ('no_samples', 'traffic_semantics_unknown', 'step_unknown', 'unit_unknown') then doubt end
            as hard_doubt,
        month_sample_count - (95 * month_sample_count + 99) // 100 - over_commit_count as burst_sample_count,
        case
            when lag(month) over months_of_service = {{ add_months('month', -1) }}
                then lag(case when not is_open_month and not is_partial_month then used_bps end) over months_of_service
        end as previous_bps
    from months
    window months_of_service as (partition by service_key order by month)
),

bandwidth_by_service_month as (
    select
        service_key,
        month,
        billing_type,
        cast(ingress_bytes as hugeint) as ingress_bytes,
        cast(egress_bytes as hugeint) as egress_bytes,
        {{ bytes_to_gb('used_bytes') }} as used_gb,
        commit_gb,
        commit_mbit,
        {{ from_millionths('p95_in_bps') }} as p95_in_mbit,
        {{ from_millionths('p95_out_bps') }} as p95_out_mbit,
        {{ from_millionths('max_of_p95_bps') }} as max_of_p95_mbit,
        {{ from_millionths('p95_of_max_bps') }} as p95_of_max_mbit,
        {{ from_millionths('p95_of_sum_bps') }} as p95_of_sum_mbit,
        {{ from_millionths('sum_of_p95_bps') }} as sum_of_p95_mbit,
        {{ from_millionths('used_bps') }} as used_mbit,
        {{ from_millionths('low_bps') }} as used_mbit_low,
        {{ from_millionths('high_bps') }} as used_mbit_high,
        coverage_pct,
        {{ bytes_to_gb('overuse_bytes') }} as overuse_gb,
        {{ from_millionths('overuse_bps') }} as overuse_mbit,
        {{ minor_to_amount('minor_amount', 'decimals') }} as overuse_amount,
        currency_code,
        case
            when billing_type = 'p95' and commit_mbit is not null
                then {{ from_millionths(divide_half_up('burst_sample_count * step_seconds * cast(1000000 as hugeint)', '60')) }}
        end as burst_minutes_left,
        doubt is null as is_billing_grade,
        coalesce(hard_doubt, missing_price, doubt) as reason,
        nullif(concat_ws(
            ',',
            case when is_partial_month then 'partial_month' end,
            case when is_open_month then 'open_month' end,
            case when not is_observed and coverage_pct < {{ var('bandwidth_warn_coverage_pct') }} then 'coverage_low' end,
            case when spike_count > 0 then 'spikes' end,
            case when step_seconds != {{ var('bandwidth_step_seconds') }} then 'coarse_step' end,
            case when not is_observed and not is_semantics_proved then 'semantics_unproved' end,
            case when not is_observed and gigabyte = 'binary' then 'binary_gigabyte' end
        ), '') as remarks,
        overuse_bytes,
        case billing_type when 'volume' then 'TB' when 'p95' then 'Mbit' end as overuse_unit,
        case billing_type
            when 'volume' then cast({{ bytes_to_gb('overuse_bytes') }} * 0.001 as decimal(18, 9))
            when 'p95' then cast({{ from_millionths('overuse_bps') }} as decimal(18, 9))
        end as overuse_quantity,
        overuse_unit_price,
        {{ from_millionths(divide_half_up(
            'overuse_bps * (end_stamp - start_stamp)', '(month_end_stamp - month_start_stamp)'
        )) }} as prorated_overuse_mbit,
        case
            when is_open_month and known_end_stamp - start_stamp >= 86400 and (is_observed or step_seconds is not null)
                then {{ bytes_to_gb(divide_half_up(
                    'used_bytes * (end_stamp - start_stamp)', 'greatest(measured_seconds, 1)'
                )) }}
        end as projected_used_gb,
        {{ from_millionths('previous_bps') }} as previous_month_mbit,
        sample_count,
        expected_sample_count,
        month_sample_count,
        case when commit_mbit is not null then over_commit_count end as over_commit_count,
        spike_count,
        step_seconds,
        is_partial_month,
        is_open_month,
        is_semantics_proved,
        traffic_semantics,
        direction as bandwidth_direction,
        overuse_rounding,
        '{{ var("missing_samples") }}' as missing_samples,
        '{{ var("stamp_convention") }}' as stamp_convention,
        has_free_ingress,
        link_mbit,
        {{ from_unix('observed_stamp') }} as observed_at,
        '{{ var("billing_timezone") }}' as billing_timezone
    from budgets
)

select * from bandwidth_by_service_month
order by service_key, month
