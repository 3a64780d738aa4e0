with closed_months as (
    select
        service_key,
        month
    from {{ ref('bandwidth_by_service_month') }}
    where
        source = 'telemetry'
        and service_key like 'colocation:%'
        and not is_open
        and coverage_pct >= {{ var('bandwidth_warn_coverage_pct') }}
),

provider_figures as (
    select
        'colocation:' || colocation_id as service_key,
        {{ month_of(billing_date('observed_at')) }} as month,
        observed_at as provider_observed_at,
        month_p95_mbit * cast(1000000 as hugeint) as provider_bps
    from {{ ref('stg_i3d__colocation_traffic_observations') }}
    where month_p95_mbit is not null
    qualify row_number() over (
        partition by colocation_id, {{ month_of(billing_date('observed_at')) }} order by observed_at desc
    ) = 1
),

ways as (
    select
        windows.*,
        provider_figures.provider_observed_at,
        provider_figures.provider_bps
    from {{ ref('int_traffic_windows__measured') }} as windows
    semi join closed_months on windows.service_key = closed_months.service_key and windows.month = closed_months.month
    inner join provider_figures
        on windows.service_key = provider_figures.service_key and windows.month = provider_figures.month
    where
        windows.sample_count > 0
        and windows.time_zone in (
            {% for zone in var('fit_time_zones') %}                '{{ zone }}'{{ ', ' if not loop.last }}                {% endfor %}
        )
),

methods as (
    {% for direction in ('p95_in', 'p95_out', 'max_of_p95', 'p95_of_max', 'p95_of_sum', 'sum_of_p95') %}
        {% for index in ('nearest', 'cacti', 'librenms', 'rrdtool', 'vnstat') %}
            select
                service_key,
                month,
                '{{ direction }}/{{ index }}/' || time_zone || '/' || stamping as method,
                {{ by_direction(
                    "'" ~ direction ~ "'", 'in_by_index.' ~ index, 'out_by_index.' ~ index, 'max_by_index.' ~ index,
                    'sum_by_index.' ~ index
                ) }} as method_bps,
                provider_bps,
                provider_observed_at,
                end_stamp
            from ways
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

errors as (
    select
        *,
        abs(method_bps - provider_bps) as error_bps
    from methods
),

ranked as (
    select
        *,
        rank() over (partition by service_key, month order by error_bps) as rank,
        -- The runner-up; the same error where two methods share the first place.
        nth_value(error_bps, 2) over (
            partition by service_key, month order by error_bps rows between unbounded preceding and unbounded following
        ) as second_error_bps
    from errors
),

judged as (
    select
        *,
        end_stamp - epoch(provider_observed_at) <= {{ var('traffic_sum_max_hours') }} * 3600 as is_comparable,
        rank = 1 and second_error_bps > 2 * error_bps and error_bps < greatest(provider_bps // 200, 500000) as has_best_fit
    from ranked
),

bandwidth_method_fit as (
    select
        service_key,
        month,
        method,
        {{ bps_to_mbit('method_bps') }} as method_mbit,
        {{ bps_to_mbit('provider_bps') }} as provider_mbit,
        case when provider_bps > 0 then {{ count_pct('error_bps', 'provider_bps') }} end as error_pct,
        cast(rank as bigint) as rank,
        {{ bps_to_mbit('error_bps') }} as error_mbit,
        provider_observed_at,
        is_comparable,
        has_best_fit and is_comparable as is_month_winner,
        count(*) filter (where has_best_fit and is_comparable) over (partition by service_key, method) as months_won,
        count(*) filter (where has_best_fit and is_comparable) over (partition by service_key, method) >= 3 as is_winner
    from judged
)

select * from bandwidth_method_fit
order by service_key, month, method
