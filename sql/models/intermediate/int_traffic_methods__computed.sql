{{ config(materialized='table') }}

{#- By index rule, the rank, counted from 1 upwards, of n samples; halves go up, or to even in vnStat. -#}
{% set ranks = {
    'nearest': '(95 * n + 99) // 100',
    'cacti': 'n - (5 * n + 99) // 100',
    'librenms': '(190 * n + 100) // 200',
    'vnstat': '95 * n // 100 + case when 95 * n % 100 > 50 then 1 when 95 * n % 100 = 50 then 95 * n // 100 % 2 else 0 end',
    'rrdtool': '1 + (190 * (n - 1) + 100) // 200',
} %}
{% set zones = ['UTC', 'Europe/Amsterdam'] %}

with months as (
    select
        asked.service_key,
        asked.month,
        asked.traffic_semantics,
        asked.link_bps
    from {{ ref('int_traffic_months__asked') }} as asked
    semi join {{ ref('int_traffic_figures__final') }} as figures
        on asked.service_key = figures.service_key and asked.month = figures.month
),

-- A month of another zone, or stamped at the other end, reaches a little into its neighbours.
neighbours as (
    select
        *,
        {{ add_months('month', 'unnest([-1, 0, 1])') }} as sampled_month
    from months
),

rates as materialized (
    select
        neighbours.service_key,
        neighbours.month,
        intervals.stamp,
        {{ sample_rate('intervals.ingress_value', 'intervals.step_seconds', 'neighbours.traffic_semantics') }} as ingress_bps,
        {{ sample_rate('intervals.egress_value', 'intervals.step_seconds', 'neighbours.traffic_semantics') }} as egress_bps
    from neighbours
    inner join {{ ref('int_traffic_intervals__prepared') }} as intervals
        on neighbours.service_key = intervals.service_key and neighbours.sampled_month = intervals.month
    where
        intervals.step_seconds is not null
        and intervals.stamp >= epoch(neighbours.month) - 86400
        and intervals.stamp <= epoch({{ add_months('neighbours.month', 1) }}) + 86400
        and not {{ is_faster_than('neighbours.link_bps') }}
),

sorted_rates as (
    {% for zone in zones %}
        {% for stamp in ['end', 'start'] %}
            select
                service_key,
                month,
                '{{ zone }}/{{ stamp }}' as convention,
                count(*) as n,
                list_sort(list(ingress_bps)) as ingress,
                list_sort(list(egress_bps)) as egress,
                list_sort(list(greatest(ingress_bps, egress_bps))) as higher,
                list_sort(list(ingress_bps + egress_bps)) as both_ways
            from rates
            where
                stamp {{ '>' if stamp == 'end' else '>=' }} epoch(timezone('{{ zone }}', cast(month as timestamp)))
                and stamp {{ '<=' if stamp == 'end' else '<' }} epoch(timezone('{{ zone }}', month + interval 1 month))
            group by service_key, month
            {{ 'union all' if not (loop.last and zone == zones[-1]) }}
        {% endfor %}
    {% endfor %}
),

ranked_rates as (
    {% for rule, rank in ranks.items() %}
        select
            service_key,
            month,
            '{{ rule }}' as index_rule,
            convention,
            coalesce(ingress[{{ rank }}], 0) as p95_in,
            coalesce(egress[{{ rank }}], 0) as p95_out,
            coalesce(higher[{{ rank }}], 0) as p95_of_max,
            coalesce(both_ways[{{ rank }}], 0) as p95_of_sum,
            greatest(p95_in, p95_out) as max_of_p95,
            p95_in + p95_out as sum_of_p95
        from sorted_rates
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

methods as (
    {% for direction in ['p95_in', 'p95_out', 'max_of_p95', 'p95_of_max', 'p95_of_sum', 'sum_of_p95'] %}
        select
            service_key,
            month,
            '{{ direction }}/' || index_rule || '/' || convention as method,
            {{ direction }} as method_bps
        from ranked_rates
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from methods
order by service_key, month, method
