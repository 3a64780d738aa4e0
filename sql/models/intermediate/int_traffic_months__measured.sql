{#- A month that changed or went is deleted before, so that the model adds every month that it does not hold. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_stale_days(ref('int_traffic_months__asked'), 'service_key', 'month') }}"
    )
}}

{#- More than any rate, for a sample of which nothing is known. -#}
{% set unbounded = 9000000000000000000 %}
{% set is_zero = var('missing_samples') == 'zero' %}

with wanted_months as (
    select asked.*
    from {{ ref('int_traffic_months__asked') }} as asked
    {% if is_incremental() %}
        anti join {{ this }} as known on asked.service_key = known.service_key and asked.month = known.month
    {% endif %}
),

rates as not materialized (
    select
        intervals.service_key,
        intervals.month,
        intervals.step_seconds,
        months.direction,
        months.commit_bps,
        {{ sample_rate('intervals.ingress_value', 'intervals.step_seconds', 'months.traffic_semantics') }} as ingress_bps,
        {{ sample_rate('intervals.egress_value', 'intervals.step_seconds', 'months.traffic_semantics') }} as egress_bps,
        {{ sample_bytes('intervals.ingress_value', 'intervals.step_seconds', 'months.traffic_semantics') }} as ingress_bytes,
        {{ sample_bytes('intervals.egress_value', 'intervals.step_seconds', 'months.traffic_semantics') }} as egress_bytes,
        -- Faster than the link can be: no sample.
        {{ is_faster_than('months.link_bps') }} as is_spike
    from {{ ref('int_traffic_intervals__prepared') }} as intervals
    inner join wanted_months as months on intervals.service_key = months.service_key and intervals.month = months.month
),

percentiles as (
    select
        service_key,
        month,
        min(step_seconds) as step_seconds,
        count(*) filter (where not is_spike) as sample_count,
        count(*) filter (where is_spike) as spike_count,
        sum(cast(ingress_bytes as hugeint)) filter (where not is_spike) as ingress_bytes,
        sum(cast(egress_bytes as hugeint)) filter (where not is_spike) as egress_bytes,
        quantile_disc(ingress_bps, 0.95) filter (where not is_spike) as p95_in_bps,
        quantile_disc(egress_bps, 0.95) filter (where not is_spike) as p95_out_bps,
        quantile_disc(greatest(ingress_bps, egress_bps), 0.95) filter (where not is_spike) as p95_of_max_bps,
        quantile_disc(ingress_bps + egress_bps, 0.95) filter (where not is_spike) as p95_of_sum_bps,
        count(*) filter (where not is_spike and ingress_bps > commit_bps) as in_over_count,
        count(*) filter (where not is_spike and egress_bps > commit_bps) as out_over_count,
        count(*) filter (where not is_spike and greatest(ingress_bps, egress_bps) > commit_bps) as max_over_count,
        count(*) filter (where not is_spike and ingress_bps + egress_bps > commit_bps) as sum_over_count
    from rates
    group by service_key, month
),

counted_months as (
    select
        percentiles.*,
        months.fingerprint,
        months.direction,
        -- One sample alone has no step: it is held against a month of the step that bills rest on.
        coalesce(percentiles.step_seconds, {{ var('bandwidth_step_seconds') }}) as grid_seconds,
        (months.end_stamp - months.start_stamp) // grid_seconds as month_sample_count,
        greatest((months.known_end_stamp - months.start_stamp) // grid_seconds, percentiles.sample_count)
            as expected_sample_count
    from wanted_months as months
    inner join percentiles on months.service_key = percentiles.service_key and months.month = percentiles.month
),

incomplete_months as (
    select
        service_key,
        month,
        expected_sample_count - sample_count as missing_count
    from counted_months
    where expected_sample_count > sample_count
),

-- Of a missing sample nothing is known: it has a row, and no rate.
padded_rates as (
    select
        rates.service_key,
        rates.month,
        rates.direction,
        rates.ingress_bps,
        rates.egress_bps
    from rates
    semi join incomplete_months on rates.service_key = incomplete_months.service_key and rates.month = incomplete_months.month
    where not rates.is_spike
    union all
    select
        incomplete_months.service_key,
        incomplete_months.month,
        months.direction,
        null as ingress_bps,
        null as egress_bps
    from incomplete_months
    inner join wanted_months as months
        on incomplete_months.service_key = months.service_key and incomplete_months.month = months.month
    cross join lateral unnest(range(incomplete_months.missing_count)) as missing_samples
),

padded_directions as (
    select
        *,
        case direction
            when 'p95_out' then egress_bps
            when 'p95_of_max' then greatest(ingress_bps, egress_bps)
            when 'p95_of_sum' then ingress_bps + egress_bps
            else ingress_bps
        end as first_bps,
        case when direction in ('max_of_p95', 'sum_of_p95') then egress_bps end as second_bps
    from padded_rates
),

bounds as (
    select
        service_key,
        month,
        {% if is_zero %}
            quantile_disc(coalesce(ingress_bps, 0), 0.95) as p95_in_bps,
            quantile_disc(coalesce(egress_bps, 0), 0.95) as p95_out_bps,
            quantile_disc(coalesce(greatest(ingress_bps, egress_bps), 0), 0.95) as p95_of_max_bps,
            quantile_disc(coalesce(ingress_bps + egress_bps, 0), 0.95) as p95_of_sum_bps,
        {% endif %}
        quantile_disc(coalesce(first_bps, 0), 0.95) as first_low_bps,
        quantile_disc(coalesce(second_bps, 0), 0.95) as second_low_bps,
        quantile_disc(coalesce(first_bps, {{ unbounded }}), 0.95) as first_high_bps,
        quantile_disc(coalesce(second_bps, {{ unbounded }}), 0.95) as second_high_bps
    from padded_directions
    group by service_key, month
),

measured_months as (
    select
        counted_months.service_key,
        counted_months.month,
        counted_months.fingerprint,
        counted_months.direction,
        counted_months.step_seconds,
        counted_months.sample_count,
        counted_months.spike_count,
        counted_months.expected_sample_count,
        counted_months.month_sample_count,
        counted_months.ingress_bytes,
        counted_months.egress_bytes,
        {% for name in ['p95_in_bps', 'p95_out_bps', 'p95_of_max_bps', 'p95_of_sum_bps'] %}
            {{ 'coalesce(bounds.' ~ name ~ ', ' if is_zero }}counted_months.{{ name }}{{ ')' if is_zero }} as {{ name }}, -- noqa: AL09, LT05
        {% endfor %}
        bounds.first_low_bps,
        bounds.second_low_bps,
        nullif(bounds.first_high_bps, {{ unbounded }}) as first_high_bps,
        nullif(bounds.second_high_bps, {{ unbounded }}) as second_high_bps,
        bounds.service_key is not null as is_incomplete,
        case counted_months.direction
            when 'p95_in' then counted_months.in_over_count
            when 'p95_out' then counted_months.out_over_count
            when 'p95_of_max' then counted_months.max_over_count
            when 'p95_of_sum' then counted_months.sum_over_count
            when 'max_of_p95' then greatest(counted_months.in_over_count, counted_months.out_over_count)
        end as over_commit_count
    from counted_months
    left join bounds on counted_months.service_key = bounds.service_key and counted_months.month = bounds.month
)

select * from measured_months
order by service_key, month
