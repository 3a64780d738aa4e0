{#- A month that changed or went is deleted before, so that the model adds every month that it does not hold. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_stale_days(ref('int_traffic_months__fingerprinted'), 'service_key', 'month') }}"
    )
}}

{% set is_end_stamped = var('stamp_convention') != 'start' %}

with wanted_months as (
    select fingerprints.*
    from {{ ref('int_traffic_months__fingerprinted') }} as fingerprints
    {% if is_incremental() %}
        anti join {{ this }} as known on fingerprints.service_key = known.service_key and fingerprints.month = known.month
    {% endif %}
),

plain_months as (
    select * from wanted_months
    where not has_units
),

mixed_months as (
    select * from wanted_months
    where has_units
),

samples as not materialized (
    select * from {{ ref('int_traffic_samples__united') }}
),

-- Only where the unit changed can an uplink have two rows of one moment.
single_samples as (
    select samples.*
    from samples
    semi join plain_months as months
        on samples.service_key = months.service_key and samples.month = months.month
    union all
    select samples.*
    from samples
    semi join mixed_months as months
        on samples.service_key = months.service_key and samples.month = months.month
    qualify row_number() over (
        partition by samples.service_key, samples.month, samples.uplink_id, samples.stamp
        order by samples.window_start desc nulls last, samples.unit desc nulls last
    ) = 1
),

-- A moment counts where every uplink has a sample of both directions.
present_samples as (
    select
        service_key,
        month,
        stamp,
        cast(sum(ingress_value) as bigint) as ingress_value,
        cast(sum(egress_value) as bigint) as egress_value
    from single_samples
    group by service_key, month, stamp
    having count(ingress_value + egress_value) = max(uplink_count)
),

neighbours as (
    select
        *,
        stamp - lag(stamp) over moments as seconds,
        lead(stamp) over moments as next_stamp
    from present_samples
    window moments as (partition by service_key, month order by stamp)
),

step_lengths as (
    select
        neighbours.service_key,
        neighbours.month,
        neighbours.seconds,
        count(*) as step_count
    from neighbours
    inner join wanted_months on neighbours.service_key = wanted_months.service_key and neighbours.month = wanted_months.month
    where
        neighbours.seconds is not null
        {% if is_end_stamped %}
            and neighbours.stamp - neighbours.seconds > wanted_months.start_stamp
            and neighbours.stamp <= wanted_months.end_stamp
        {% else %}
            and neighbours.stamp - neighbours.seconds >= wanted_months.start_stamp
            and neighbours.stamp < wanted_months.end_stamp
        {% endif %}
    group by neighbours.service_key, neighbours.month, neighbours.seconds
),

steps as (
    select
        service_key,
        month,
        arg_max(seconds, (step_count, -seconds)) as step_seconds
    from step_lengths
    group by service_key, month
),

aligned_samples as (
    select
        neighbours.service_key,
        neighbours.month,
        coalesce(neighbours.stamp // steps.step_seconds * steps.step_seconds, neighbours.stamp) as stamp,
        neighbours.ingress_value,
        neighbours.egress_value,
        steps.step_seconds,
        wanted_months.start_stamp,
        wanted_months.end_stamp,
        wanted_months.fingerprint
    from neighbours
    inner join wanted_months on neighbours.service_key = wanted_months.service_key and neighbours.month = wanted_months.month
    left join steps on neighbours.service_key = steps.service_key and neighbours.month = steps.month
    -- Of two samples in one interval the later one holds.
    where coalesce(neighbours.next_stamp // steps.step_seconds != neighbours.stamp // steps.step_seconds, true)
),

intervals as (
    select
        service_key,
        month,
        stamp,
        ingress_value,
        egress_value,
        step_seconds,
        fingerprint
    from aligned_samples
    {% if is_end_stamped %}
        where stamp > start_stamp and stamp <= end_stamp
    {% else %}
        where stamp >= start_stamp and stamp < end_stamp
    {% endif %}
)

select * from intervals
order by service_key, month, stamp
