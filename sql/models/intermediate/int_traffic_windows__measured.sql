{{ config(materialized='monthly', plan='int_traffic_windows__planned') }}

{% set series = ('in', 'out', 'max', 'sum') %}

with windows as (
    select *
    from {{ ref('int_traffic_windows__planned') }}
    where {{ is_wanted_part() }}
),

-- A sample may be stamped up to a day after the slot it fills.
spans as (
    select
        service_key,
        month,
        min(start_stamp) as first_stamp,
        max(seen_until_stamp) + 86400 as last_stamp,
        max(start_stamp) filter (where is_main) as main_start_stamp,
        max(seen_until_stamp) filter (where is_main) as main_until_stamp,
        any_value(port_count) as port_count,
        any_value(traffic_semantics) as traffic_semantics,
        any_value(link_bps) as link_bps
    from windows
    group by service_key, month
),

port_samples as (
    select
        spans.service_key,
        spans.month,
        samples.uplink_id,
        samples.stamp,
        max(struct_pack(
            loaded := samples.asked_from_at,
            unit := samples.unit,
            ingress := samples.ingress_value,
            egress := samples.egress_value
        )) as newest
    from {{ ref('int_traffic_samples__unioned') }} as samples
    inner join spans
        on samples.service_key = spans.service_key and samples.stamp between spans.first_stamp and spans.last_stamp
    semi join {{ ref('int_traffic_ports__chosen') }} as ports
        on samples.service_key = ports.service_key and samples.uplink_id = ports.uplink_id
    where {{ is_near_month('samples.stamp') }}
    group by spans.service_key, spans.month, samples.uplink_id, samples.stamp
),

all_moments as (
    select
        service_key,
        month,
        stamp,
        count(*) as uplink_count,
        sum(newest['ingress']) as ingress_value,
        sum(newest['egress']) as egress_value,
        min(newest['unit']) as first_unit,
        max(newest['unit']) as last_unit
    from port_samples
    where newest['ingress'] is not null and newest['egress'] is not null
    group by service_key, month, stamp
),

moments as (
    select
        all_moments.*,
        lag(all_moments.stamp) over (partition by all_moments.service_key, all_moments.month order by all_moments.stamp)
            as previous_stamp
    from all_moments
    inner join spans on all_moments.service_key = spans.service_key and all_moments.month = spans.month
    {% if var('missing_uplink') == 'strict' %}
        where all_moments.uplink_count = spans.port_count
    {% endif %}
),

step_counts as (
    select
        moments.service_key,
        moments.month,
        moments.stamp - moments.previous_stamp as step_seconds,
        count(*) as step_count
    from moments
    inner join spans on moments.service_key = spans.service_key and moments.month = spans.month
    where
        {% if var('traffic_stamp') == 'end' %}
            moments.previous_stamp > spans.main_start_stamp and moments.stamp <= spans.main_until_stamp
        {% else %}
            moments.previous_stamp >= spans.main_start_stamp and moments.stamp < spans.main_until_stamp
        {% endif %}
    group by all
),

inferred_steps as (
    select
        service_key,
        month,
        arg_max(step_seconds, (step_count, -step_seconds)) as step_seconds
    from step_counts
    group by service_key, month
),

steps as (
    select
        spans.*,
        coalesce(inferred_steps.step_seconds, 300) as step_seconds,
        inferred_steps.step_seconds is null as is_step_assumed
    from spans
    left join inferred_steps on spans.service_key = inferred_steps.service_key and spans.month = inferred_steps.month
),

slots as (
    select
        moments.service_key,
        moments.month,
        moments.stamp // steps.step_seconds * steps.step_seconds as slot_stamp,
        max(struct_pack(
            stamp := moments.stamp,
            ingress := moments.ingress_value,
            egress := moments.egress_value,
            uplink_count := moments.uplink_count
        )) as newest,
        min(moments.first_unit) as first_unit,
        max(moments.last_unit) as last_unit,
        any_value(steps.step_seconds) as step_seconds,
        any_value(steps.traffic_semantics) as traffic_semantics,
        any_value(steps.link_bps) as link_bps
    from moments
    inner join steps on moments.service_key = steps.service_key and moments.month = steps.month
    group by all
),

rates as (
    select
        * exclude (newest),
        newest['uplink_count'] as uplink_count,
        {% for way in ('ingress', 'egress') %}
            newest['{{ way }}'] * case traffic_semantics when 'rate' then step_seconds else 1 end as {{ way }}_bytes,
            try_cast(
                case traffic_semantics
                    when 'rate' then newest['{{ way }}'] * 8
                    else (newest['{{ way }}'] * 16 + step_seconds) // (2 * step_seconds)
                end as bigint
            ) as {{ 'in' if way == 'ingress' else 'out' }}_bps{{ ',' if not loop.last }}
        {% endfor %}
    from slots
),

judged_rates as (
    select
        *,
        greatest(in_bps, out_bps) as max_bps,
        cast(in_bps as hugeint) + out_bps as sum_bps,
        coalesce(greatest(in_bps, out_bps) * 100 > link_bps * 105, false) as is_spike
    from rates
),

measured as (
    select
        windows.service_key,
        windows.month,
        windows.time_zone,
        windows.stamping,
        count(*) filter (where judged_rates.slot_stamp is not null and not judged_rates.is_spike) as sample_count,
        count(*) filter (where judged_rates.is_spike) as spike_count,
        count(*) filter (where judged_rates.uplink_count < windows.port_count) as partial_count,
        min(judged_rates.first_unit) != max(judged_rates.last_unit) as has_units,
        coalesce(sum(judged_rates.ingress_bytes) filter (where not judged_rates.is_spike), 0) as ingress_bytes,
        coalesce(sum(judged_rates.egress_bytes) filter (where not judged_rates.is_spike), 0) as egress_bytes,
        {% for name in series %}
            count(*) filter (where not judged_rates.is_spike and judged_rates.{{ name }}_bps > windows.commit_bps)
                as {{ name }}_above_count,
            list_sort(
                list(cast(judged_rates.{{ name }}_bps as bigint)) filter (where not judged_rates.is_spike)
            ) as {{ name }}_sorted{{ ',' if not loop.last }}
        {% endfor %}
    from windows
    left join judged_rates
        on
            windows.service_key = judged_rates.service_key
            and windows.month = judged_rates.month
            and case windows.stamping
                when 'end'
                    then windows.start_stamp < judged_rates.slot_stamp and windows.seen_until_stamp >= judged_rates.slot_stamp
                else windows.start_stamp <= judged_rates.slot_stamp and windows.seen_until_stamp > judged_rates.slot_stamp
            end
    group by windows.service_key, windows.month, windows.time_zone, windows.stamping
),

counted as (
    select
        measured.*,
        windows.is_main,
        windows.is_open,
        windows.start_stamp,
        windows.end_stamp,
        windows.seen_until_stamp,
        windows.traffic_semantics,
        windows.fingerprint,
        steps.step_seconds,
        steps.is_step_assumed,
        steps.link_bps,
        {{ sample_slots('windows.start_stamp', 'windows.seen_until_stamp', 'steps.step_seconds', 'windows.stamping') }}
            as expected_count,
        {{ sample_slots('windows.start_stamp', 'windows.end_stamp', 'steps.step_seconds', 'windows.stamping') }} as month_count
    from measured
    inner join windows
        on
            measured.service_key = windows.service_key
            and measured.month = windows.month
            and measured.time_zone = windows.time_zone
            and measured.stamping = windows.stamping
    inner join steps on measured.service_key = steps.service_key and measured.month = steps.month
),

ranked as (
    select
        *,
        {{ nearest_rank('sample_count') }} as nearest,
        sample_count - (5 * sample_count + 99) // 100 as cacti,
        (190 * sample_count + 100) // 200 as librenms,
        (190 * (sample_count - 1) + 100) // 200 + 1 as rrdtool,
        -- To the nearest whole number, halves to the even one.
        (190 * sample_count + 100) // 200
        - case when (190 * sample_count) % 200 = 100 and ((190 * sample_count + 100) // 200) % 2 = 1 then 1 else 0 end as vnstat,
        {{ nearest_rank('expected_count') }} as complete,
        {{ nearest_rank('expected_count') }} - (expected_count - sample_count) as lowest
    from counted
),

figures as (
    select
        * exclude (
            in_sorted, out_sorted, max_sorted, sum_sorted, nearest, cacti, librenms, rrdtool, vnstat, complete, lowest
        ),
        {% for name in series %}
            {{ name }}_sorted[nearest] as {{ name }}_p95_bps,
            case when lowest < 1 then 0 else {{ name }}_sorted[lowest] end as {{ name }}_low_bps,
            case
                when link_bps is null then null
                when complete <= sample_count then {{ name }}_sorted[complete]
                else greatest(link_bps * {{ 2 if name == 'sum' else 1 }}, {{ name }}_sorted[sample_count])
            end as {{ name }}_high_bps,
            struct_pack(
                nearest := {{ name }}_sorted[nearest],
                cacti := case when cacti < 1 then 0 else {{ name }}_sorted[cacti] end,
                librenms := {{ name }}_sorted[librenms],
                rrdtool := {{ name }}_sorted[rrdtool],
                vnstat := {{ name }}_sorted[vnstat]
            ) as {{ name }}_by_index{{ ',' if not loop.last }}
        {% endfor %}
    from ranked
)

select * from figures
