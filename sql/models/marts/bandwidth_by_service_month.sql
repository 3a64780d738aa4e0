with months as (
    select * from {{ ref('int_bandwidth_months__measured') }}
),

currencies as (
    select
        currency_code,
        max(decimals) as decimals
    from {{ ref('stg_i3d__currencies') }}
    group by currency_code
),

percentiles as (
    select
        *,
        active_from_on > month or active_until_on < next_month as is_partial_month,
        case
            when source = 'observation' then provider_bps
            else {{ by_direction('bandwidth_method', 'in_p95_bps', 'out_p95_bps', 'max_p95_bps', 'sum_p95_bps') }}
        end as used_bps,
        {{ by_direction('bandwidth_method', 'in_low_bps', 'out_low_bps', 'max_low_bps', 'sum_low_bps') }} as low_bps,
        {{ by_direction('bandwidth_method', 'in_high_bps', 'out_high_bps', 'max_high_bps', 'sum_high_bps') }} as high_bps,
        {% for name in ('utc', 'amsterdam') %}
            {{ by_direction(
                'bandwidth_method', name ~ '_in_bps', name ~ '_out_bps', name ~ '_max_bps', name ~ '_sum_bps'
            ) }} as {{ name }}_bps,
        {% endfor %}
        case
            when bandwidth_method != 'sum_of_p95'
                then
                    {{ by_direction('bandwidth_method', 'in_above_count', 'out_above_count', 'max_above_count', 'sum_above_count') }}
        end as above_count,
        case
            when has_free_ingress then egress_bytes
            when source = 'telemetry' or ingress_bytes + egress_bytes is not null then ingress_bytes + egress_bytes
            else provider_bytes
        end as used_bytes
    from months
),

usages as (
    select
        *,
        {{ bytes_to_gb_half_up('used_bytes') }} as used_gb,
        {{ unscaled('commit_gb') }} * 1000 as commit_bytes,
        {{ bps_to_mbit('used_bps') }} as used_mbit,
        case
            when expected_count > 0 then {{ count_pct('sample_count', 'expected_count') }}
            when source = 'observation' then {{ count_pct('seen_until_stamp - start_stamp', 'end_stamp - start_stamp') }}
        end as coverage_pct,
        month_count - {{ nearest_rank('month_count') }} - above_count as burst_samples_left
    from percentiles
),

overuses as (
    select
        *,
        case when service_type != 'cross_connect' and billing_type = 'volume' then {{ excess('used_gb', 'commit_gb') }} end
            as overuse_gb,
        case when service_type != 'cross_connect' and billing_type = 'p95' then {{ excess('used_mbit', 'commit_mbit') }} end
            as overuse_mbit,
        {{ excess('used_bytes', 'commit_bytes') }} as overuse_bytes
    from usages
),

quantities as (
    select
        *,
        cast(
            case
                when overuse_mbit is not null then overuse_mbit
                when overuse_gb is null then null
                when overuse_rounding = 'ceil_gb'
                    then try_cast((overuse_bytes + 999999999) // 1000000000 as decimal(15, 0)) * 0.001
                when overuse_rounding = 'ceil_tb'
                    then try_cast((overuse_bytes + 999999999999) // 1000000000000 as decimal(15, 0))
                else overuse_gb * 0.001
            end as decimal(18, 9)
        ) as overuse_quantity,
        case when overuse_mbit is not null then 'Mbit' when overuse_gb is not null then 'TB' end as overuse_unit,
        case
            when overuse_mbit is not null then price_per_mbit
            when overuse_gb is not null then price_per_tb_overuse
        end as overuse_unit_price
    from overuses
),

amounts as (
    select
        quantities.*,
        case
            when quantities.is_contradicted then null
            when
                quantities.overuse_quantity = 0
                or (quantities.billing_type = 'unmetered' and quantities.service_type != 'cross_connect')
                then 0
            else {{ minor_to_amount(
                divide_half_up(
                    unscaled('quantities.overuse_quantity') ~ ' * ' ~ unscaled('quantities.overuse_unit_price') ~ ' * '
                    ~ minor_units('currencies.decimals'), 'cast(1000000000000000 as hugeint)'
                ), 'currencies.decimals'
            ) }}
        end as overuse_amount
    from quantities
    left join currencies on quantities.currency_code = currencies.currency_code
),

judged as (
    select
        *,
        coalesce(
            not is_open
            and case source
                when 'telemetry'
                    then
                        coverage_pct >= {{ var('bandwidth_min_coverage_pct') }}
                        and step_seconds = 300
                        and not (is_step_assumed or is_contradicted or coalesce(has_units, false) or partial_count > 0)
                else
                    not has_fall
                    and coalesce(used_gb, used_mbit) is not null
                    and end_stamp - seen_until_stamp <= {{ var('traffic_sum_max_hours') }} * 3600
            end,
            false
        ) as is_billing_grade,
        nullif(concat_ws(
            ', ',
            case when is_open then 'month_open' end,
            case when is_partial_month then 'partial_month' end,
            case when source = 'observation' then 'observed_sums' end,
            case
                when
                    source = 'observation'
                    and end_stamp - seen_until_stamp > {{ var('traffic_sum_max_hours') }} * 3600
                    and not is_open
                    then 'observed_early'
            end,
            case when has_fall then 'traffic_sum_fell' end,
            case when source = 'observation' and used_gb is null and used_mbit is null then 'traffic_unit_unknown' end,
            case when sample_count = 0 then 'no_samples' end,
            case
                when sample_count = 0 then null
                when coverage_pct < {{ var('bandwidth_min_coverage_pct') }} and source = 'telemetry' then 'low_coverage'
                when coverage_pct < {{ var('bandwidth_warn_coverage_pct') }} and source = 'telemetry' then 'incomplete_coverage'
            end,
            case when is_step_assumed and sample_count > 0 then 'step_unknown' when step_seconds != 300 then 'coarse_step' end,
            case when has_units then 'units_differ' end,
            case when partial_count > 0 then 'uplinks_missing' end,
            case when spike_count > 0 then 'spike' end,
            case
                when is_contradicted then 'traffic_semantics_unknown'
                when not is_semantics_proved and sample_count > 0 then 'semantics_unproved'
            end,
            case when is_provider_binary then 'provider_counts_gib' end,
            case
                when service_type = 'cross_connect' then 'no_commit'
                when billing_type is null then 'billing_type_unknown'
                when billing_type = 'volume' and commit_gb is null then 'no_commit'
                when billing_type = 'p95' and commit_mbit is null then 'no_commit'
            end,
            case when overuse_quantity > 0 and overuse_unit_price is null then 'unpriced' end
        ), '') as reason,
        lag(
            case
                when
                    not is_open and not is_partial_month and coverage_pct >= {{ var('bandwidth_min_coverage_pct') }}
                    then used_mbit
            end
            ignore nulls
        ) over (partition by service_key order by month) as last_full_month_mbit,
        case
            when is_open and billing_type = 'volume' and seen_until_stamp - start_stamp >= 86400
                then {{ divide_half_up('used_bytes * (end_stamp - start_stamp)', '(seen_until_stamp - start_stamp)') }}
        end as projected_bytes
    from amounts
),

bandwidth_by_service_month as (
    select
        service_key,
        month,
        billing_type,
        cast(ingress_bytes as hugeint) as ingress_bytes,
        cast(egress_bytes as hugeint) as egress_bytes,
        used_gb,
        case when service_type != 'cross_connect' then commit_gb end as commit_gb,
        case when service_type != 'cross_connect' then commit_mbit end as commit_mbit,
        {{ bps_to_mbit('in_p95_bps') }} as p95_in_mbit,
        {{ bps_to_mbit('out_p95_bps') }} as p95_out_mbit,
        {{ bps_to_mbit(by_direction("'max_of_p95'", 'in_p95_bps', 'out_p95_bps', 'max_p95_bps', 'sum_p95_bps')) }}
            as max_of_p95_mbit,
        {{ bps_to_mbit('max_p95_bps') }} as p95_of_max_mbit,
        {{ bps_to_mbit('sum_p95_bps') }} as p95_of_sum_mbit,
        {{ bps_to_mbit('in_p95_bps + out_p95_bps') }} as sum_of_p95_mbit,
        used_mbit,
        {{ bps_to_mbit('low_bps') }} as used_mbit_low,
        {{ bps_to_mbit('high_bps') }} as used_mbit_high,
        coverage_pct,
        cast(overuse_gb as decimal(18, 6)) as overuse_gb,
        cast(overuse_mbit as decimal(18, 6)) as overuse_mbit,
        cast(overuse_amount as decimal(18, 4)) as overuse_amount,
        currency_code,
        case
            when billing_type = 'p95' and commit_mbit is not null
                then cast(
                    cast({{ divide_half_up('burst_samples_left * step_seconds * 1000000', '60') }} as decimal(18, 0)) * 0.000001
                    as decimal(18, 6)
                )
        end as burst_minutes_left,
        is_billing_grade,
        reason,
        overuse_quantity,
        overuse_unit,
        cast(overuse_unit_price as decimal(18, 6)) as overuse_unit_price,
        source,
        case when source = 'observation' then 'provider' else bandwidth_method end as bandwidth_method,
        overuse_rounding,
        has_free_ingress,
        link_mbit,
        traffic_semantics,
        '{{ var("billing_timezone") }}' as billing_timezone,
        '{{ var("traffic_stamp") }}' as traffic_stamp,
        '{{ var("missing_samples") }}' as missing_samples,
        '{{ var("missing_uplink") }}' as missing_uplink,
        cast(step_seconds as bigint) as granularity_s,
        cast(sample_count as bigint) as sample_count,
        cast(expected_count as bigint) as expected_sample_count,
        cast(case when billing_type = 'p95' then above_count end as bigint) as samples_above_commit,
        is_open,
        is_partial_month,
        case
            when is_partial_month
                then {{ bps_to_mbit(divide_half_up('used_bps * (active_until_on - active_from_on)', '(next_month - month)')) }}
        end as used_mbit_by_active_days,
        {{ bytes_to_gb_half_up('projected_bytes') }} as projected_gb,
        cast({{ excess(bytes_to_gb_half_up('projected_bytes'), 'commit_gb') }} as decimal(18, 6)) as projected_overuse_gb,
        last_full_month_mbit,
        {{ bps_to_mbit('utc_bps') }} as used_mbit_utc,
        {{ bps_to_mbit('amsterdam_bps') }} as used_mbit_amsterdam,
        abs(utc_bps - amsterdam_bps) * 1000 > least(utc_bps, amsterdam_bps) as is_time_zone_sensitive
    from judged
)

select * from bandwidth_by_service_month
order by service_key, month
