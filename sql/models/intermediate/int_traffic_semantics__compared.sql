{{ config(materialized='table') }}

with rack_months as (
    select
        *,
        {{ midnight_in("'" ~ var('billing_timezone') ~ "'", 'active_from_on') }} as start_stamp
    from {{ ref('int_bandwidth_months__termed') }}
    where service_type = 'colocation'
),

ports as (
    select * from {{ ref('int_traffic_ports__chosen') }}
),

port_days as (
    select
        days.*,
        ports.port_count
    from {{ ref('int_traffic_days__fingerprinted') }} as days
    inner join ports on days.service_key = ports.service_key and days.uplink_id = ports.uplink_id
),

usual_days as (
    select
        service_key,
        mode(row_count) as samples_per_day
    from port_days
    group by service_key
),

-- The traffic sum is in GB only where volume is billed.
traffic_sums as (
    select
        rack_months.service_key,
        rack_months.month,
        rack_months.start_stamp,
        cast(epoch(observations.observed_at) as bigint) as until_stamp,
        cast(observations.month_traffic as hugeint) * 1000000000 as provider_bytes
    from {{ ref('stg_i3d__colocation_traffic_observations') }} as observations
    inner join rack_months
        on
            'colocation:' || observations.colocation_id = rack_months.service_key
            and {{ month_of(billing_date('observations.observed_at')) }} = rack_months.month
    where rack_months.billing_type = 'volume'
    qualify
        row_number() over (partition by rack_months.service_key, rack_months.month order by observations.observed_at desc) = 1
),

summed_days as (
    select
        *,
        unnest(range(start_stamp // 86400, until_stamp // 86400 + 1)) as day_number
    from traffic_sums
),

summed_samples as (
    select
        summed_days.service_key,
        summed_days.month,
        count(*) as row_count,
        sum(cast(samples.ingress_value as hugeint) + samples.egress_value) as value_sum
    from {{ ref('int_traffic_samples__unioned') }} as samples
    inner join summed_days
        on samples.service_key = summed_days.service_key and samples.stamp // 86400 = summed_days.day_number
    semi join ports on samples.service_key = ports.service_key and samples.uplink_id = ports.uplink_id
    where samples.stamp > summed_days.start_stamp and samples.stamp <= summed_days.until_stamp
    group by summed_days.service_key, summed_days.month
),

sum_comparisons as (
    select
        traffic_sums.service_key,
        traffic_sums.month,
        'traffic_sum' as source,
        traffic_sums.provider_bytes,
        summed_samples.value_sum,
        86400 // usual_days.samples_per_day as step_seconds,
        -- Complete within 2 %: what is missing would look like another meaning.
        abs(
            summed_samples.row_count * 86400
            - (traffic_sums.until_stamp - traffic_sums.start_stamp) * usual_days.samples_per_day * ports.port_count
        ) * 50 <= (traffic_sums.until_stamp - traffic_sums.start_stamp) * usual_days.samples_per_day * ports.port_count
            as is_complete
    from traffic_sums
    inner join summed_samples
        on traffic_sums.service_key = summed_samples.service_key and traffic_sums.month = summed_samples.month
    inner join usual_days on traffic_sums.service_key = usual_days.service_key
    inner join (select distinct
        service_key,
        port_count
    from ports) as ports on traffic_sums.service_key = ports.service_key
),

network_days as (
    select
        'colocation:' || colocation_id as service_key,
        stamp // 86400 as day_number,
        sum(cast(ingress_bytes as hugeint) + egress_bytes) as provider_bytes
    from {{ ref('stg_i3d__colocation_network') }}
    group by colocation_id, stamp // 86400
    having count(*) = 24
),

complete_days as (
    select
        port_days.service_key,
        port_days.day_number,
        sum(port_days.value_sum) as value_sum
    from port_days
    inner join usual_days
        on port_days.service_key = usual_days.service_key and port_days.row_count = usual_days.samples_per_day
    group by port_days.service_key, port_days.day_number
    having count(*) = max(port_days.port_count)
),

network_comparisons as (
    select
        complete_days.service_key,
        {{ month_of('date \'1970-01-01\' + cast(complete_days.day_number as integer)') }} as month,
        'network' as source,
        sum(network_days.provider_bytes) as provider_bytes,
        sum(complete_days.value_sum) as value_sum,
        86400 // max(usual_days.samples_per_day) as step_seconds,
        count(*) >= 7 as is_complete
    from complete_days
    inner join network_days
        on complete_days.service_key = network_days.service_key and complete_days.day_number = network_days.day_number
    inner join usual_days on complete_days.service_key = usual_days.service_key
    group by all
),

comparisons as (
    select * from sum_comparisons
    union all
    select * from network_comparisons
),

answers as (
    select
        *,
        case
            when not is_complete or provider_bytes < {{ var('semantics_min_gb') }} * cast(1000000000 as hugeint) then null
            {% for name in ('interval', 'rate', 'interval_binary', 'rate_binary') -%}
                {%- set measured = 'value_sum * 1000000000' ~ (' * step_seconds' if 'rate' in name else '') -%}
                {%- set told = 'provider_bytes * ' ~ ('1073741824' if 'binary' in name else '1000000000') -%}
                when abs({{ measured }} - {{ told }}) * 50 <= {{ told }} then '{{ name }}'
            {% endfor -%}
            else 'none'
        end as answer
    from comparisons
)

select * from answers
