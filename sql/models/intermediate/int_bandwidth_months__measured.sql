{% set zone = "'" ~ var('billing_timezone') ~ "'" %}

with clock as (
    select cast(epoch(as_of) as bigint) as as_of_stamp
    from {{ ref('int_clock__read') }}
),

months as (
    select * from {{ ref('int_bandwidth_months__termed') }}
),

windows as (
    select * from {{ ref('int_traffic_windows__measured') }}
),

semantics as (
    select * from {{ ref('int_traffic_semantics__decided') }}
),

contradictions as (
    select
        service_key,
        month
    from {{ ref('int_traffic_semantics__compared') }}
    where source = 'traffic_sum' and answer = 'none'
),

-- The same months as another zone would cut them, with the stamps read in the same way.
{% for name, other in (('utc', 'UTC'), ('amsterdam', 'Europe/Amsterdam')) %}
    {{ name }}_windows as (
        select *
        from windows
        where stamping = '{{ var("traffic_stamp") }}' and time_zone = '{{ other }}'
    ),
{% endfor %}

measured_months as (
    select
        windows.service_key,
        windows.month,
        'telemetry' as source,
        windows.start_stamp,
        windows.end_stamp,
        windows.seen_until_stamp,
        windows.is_open,
        windows.sample_count,
        windows.expected_count,
        windows.month_count,
        windows.step_seconds,
        windows.is_step_assumed,
        windows.spike_count,
        windows.partial_count,
        windows.has_units,
        case when windows.sample_count > 0 then windows.ingress_bytes end as ingress_bytes,
        case when windows.sample_count > 0 then windows.egress_bytes end as egress_bytes,
        {% for name in ('in', 'out', 'max', 'sum') %}
            {% if var('missing_samples') == 'zero' %}
                case when windows.sample_count > 0 then windows.{{ name }}_low_bps end as {{ name }}_p95_bps,
            {% else %}
                windows.{{ name }}_p95_bps,
            {% endif %}
            case when windows.sample_count > 0 then windows.{{ name }}_low_bps end as {{ name }}_low_bps,
            case when windows.sample_count > 0 then windows.{{ name }}_high_bps end as {{ name }}_high_bps,
            windows.{{ name }}_above_count,
                    {% endfor %}
        {% for name in ('utc', 'amsterdam') %}
            {% for way in ('in', 'out', 'max', 'sum') %}
                {{ name }}_windows.{{ way }}_p95_bps as {{ name }}_{{ way }}_bps,
            {% endfor %}
        {% endfor %}
        windows.traffic_semantics,
        semantics.is_proved as is_semantics_proved,
        semantics.is_provider_binary,
        contradictions.service_key is not null as is_contradicted
    from windows
    left join utc_windows on windows.service_key = utc_windows.service_key and windows.month = utc_windows.month
    left join amsterdam_windows
        on windows.service_key = amsterdam_windows.service_key and windows.month = amsterdam_windows.month
    left join contradictions on windows.service_key = contradictions.service_key and windows.month = contradictions.month
    cross join semantics
    where windows.is_main
),

-- Servers have no samples: what the provider had counted when a load saw them last in the month.
observed_months as (
    select
        observed.service_key,
        observed.month,
        'observation' as source,
        observed.has_fall,
        {{ midnight_in(zone, 'months.active_from_on') }} as start_stamp,
        {{ midnight_in(zone, 'months.active_until_on') }} as end_stamp,
        cast(epoch(observed.last_observed_at) as bigint) as seen_until_stamp,
        coalesce(clock.as_of_stamp < {{ midnight_in(zone, 'months.active_until_on') }}, false) as is_open,
        {% for name in ('ingress', 'egress') %}
            case when months.billing_type = 'volume' then cast(observed.{{ name }}_sum as hugeint) * 1000000000 end
                as {{ name }}_bytes,
        {% endfor %}
        case when months.billing_type = 'volume' then cast(observed.traffic_sum as hugeint) * 1000000000 end as provider_bytes,
        case when months.billing_type = 'p95' then observed.ingress_sum * 1000000 end as in_p95_bps,
        case when months.billing_type = 'p95' then observed.egress_sum * 1000000 end as out_p95_bps,
        case when months.billing_type = 'p95' then observed.traffic_sum * 1000000 end as provider_bps
    from {{ ref('int_server_months__observed') }} as observed
    inner join months on observed.service_key = months.service_key and observed.month = months.month
    cross join clock
),

facts as (
    select * from measured_months
    union all by name
    select * from observed_months
),

bandwidth_months as (
    select
        months.*,
        facts.* exclude (service_key, month)
    from facts
    inner join months on facts.service_key = months.service_key and facts.month = months.month
)

select * from bandwidth_months
