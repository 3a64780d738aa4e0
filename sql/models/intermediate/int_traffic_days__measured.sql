{#- A month that changed or went is deleted before, so that the model adds the days of every month that it does not hold. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_stale_days(ref('int_traffic_months__asked'), 'service_key', 'month') }}"
    )
}}

{#- A sample that stands for the time before it belongs to the day in which that time began. -#}
{% set begin = 'intervals.stamp - 1' if var('stamp_convention') != 'start' else 'intervals.stamp' %}

with wanted_months as (
    select asked.*
    from {{ ref('int_traffic_months__asked') }} as asked
    {% if is_incremental() %}
        anti join {{ this }} as known on asked.service_key = known.service_key and asked.month = known.month
    {% endif %}
),

quarters as (
    select
        quarter,
        {{ quarter_date('quarter') }} as day
    from (
        select distinct ({{ begin }}) // 900 as quarter
        from {{ ref('int_traffic_intervals__prepared') }} as intervals
        semi join wanted_months on intervals.service_key = wanted_months.service_key and intervals.month = wanted_months.month
    )
),

rates as not materialized (
    select
        intervals.service_key,
        intervals.month,
        quarters.day,
        intervals.step_seconds,
        months.direction,
        months.commit_bps,
        {{ sample_rate('intervals.ingress_value', 'intervals.step_seconds', 'months.traffic_semantics') }} as ingress_bps,
        {{ sample_rate('intervals.egress_value', 'intervals.step_seconds', 'months.traffic_semantics') }} as egress_bps,
        {{ sample_bytes('intervals.ingress_value', 'intervals.step_seconds', 'months.traffic_semantics') }} as ingress_bytes,
        {{ sample_bytes('intervals.egress_value', 'intervals.step_seconds', 'months.traffic_semantics') }} as egress_bytes,
        months.link_bps
    from {{ ref('int_traffic_intervals__prepared') }} as intervals
    inner join wanted_months as months on intervals.service_key = months.service_key and intervals.month = months.month
    inner join quarters on ({{ begin }}) // 900 = quarters.quarter
),

-- Of two directions that are combined after their percentiles the higher one, or their sum, is as near as one sample comes.
directed_rates as (
    select
        *,
        case
            when direction = 'p95_in' then ingress_bps
            when direction = 'p95_out' then egress_bps
            when direction in ('p95_of_sum', 'sum_of_p95') then ingress_bps + egress_bps
            else greatest(ingress_bps, egress_bps)
        end as used_bps
    from rates
    -- Faster than the link can be: no sample.
    where not {{ is_faster_than('link_bps') }}
),

days as (
    select
        service_key,
        month,
        day,
        count(*) as sample_count,
        sum(cast(ingress_bytes as hugeint)) as ingress_bytes,
        sum(cast(egress_bytes as hugeint)) as egress_bytes,
        max(used_bps) as peak_bps,
        quantile_disc(used_bps, 0.95) as p95_bps,
        case when any_value(commit_bps) is not null then count(*) filter (where used_bps > commit_bps) end as over_commit_count,
        min(step_seconds) as step_seconds
    from directed_rates
    group by service_key, month, day
),

measured_days as (
    select
        days.*,
        wanted_months.fingerprint
    from days
    inner join wanted_months on days.service_key = wanted_months.service_key and days.month = wanted_months.month
)

select * from measured_days
order by service_key, day
