{{ config(materialized='table') }}

with clock as (
    select cast(epoch(as_of) as bigint) as as_of_stamp
    from {{ ref('int_clock__read') }}
),

semantics as (
    select traffic_semantics
    from {{ ref('int_traffic_semantics__decided') }}
),

months as (
    select *
    from {{ ref('int_bandwidth_months__termed') }}
    where service_type != 'dedicated_server'
),

ports as (
    select * from {{ ref('int_traffic_ports__chosen') }}
),

port_lists as (
    select
        service_key,
        count(*) as port_count,
        hash(list(uplink_id order by uplink_id)) as port_hash
    from ports
    group by service_key
),

-- Lines have no figure of the provider to hold other ways of counting against.
ways as (
    {% for zone in ([var('billing_timezone')] + var('fit_time_zones')) | unique %}
        {% for stamping in ('end', 'start') %}
            select
                '{{ zone }}' as time_zone,
                '{{ stamping }}' as stamping,
                {{ zone == var('billing_timezone') and stamping == var('traffic_stamp') }} as is_main
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

bounds as (
    select
        months.service_key,
        months.month,
        {{ unscaled('months.commit_mbit') }} as commit_bps,
        {{ unscaled('months.link_mbit') }} as link_bps,
        ways.*,
        semantics.traffic_semantics,
        {{ midnight_in('ways.time_zone', 'months.active_from_on') }} as start_stamp,
        {{ midnight_in('ways.time_zone', 'months.active_until_on') }} as end_stamp,
        clock.as_of_stamp
    from months
    cross join ways
    cross join semantics
    cross join clock
    where ways.is_main or months.service_type = 'colocation'
),

windows as (
    select
        bounds.* exclude (as_of_stamp),
        least(bounds.end_stamp, bounds.as_of_stamp) as seen_until_stamp,
        coalesce(bounds.as_of_stamp < bounds.end_stamp, false) as is_open,
        port_lists.port_count,
        port_lists.port_hash
    from bounds
    inner join port_lists on bounds.service_key = port_lists.service_key
    where bounds.start_stamp < least(bounds.end_stamp, bounds.as_of_stamp)
),

month_samples as (
    select
        months.service_key,
        months.month,
        sum(days.row_count) as row_count,
        sum(days.fingerprint) as fingerprint
    from months
    inner join {{ ref('int_traffic_days__fingerprinted') }} as days
        on
            months.service_key = days.service_key
            and days.day_number between months.month - date '1970-01-02' and months.next_month - date '1969-12-30'
    semi join ports on days.service_key = ports.service_key and days.uplink_id = ports.uplink_id
    group by months.service_key, months.month
),

planned_windows as (
    select
        windows.* exclude (port_hash),
        cast(sum(hash(concat_ws('/', cast(windows as varchar), month_samples.row_count, month_samples.fingerprint))) over (
            partition by windows.service_key, windows.month
        ) as varchar) as fingerprint
    from windows
    left join month_samples on windows.service_key = month_samples.service_key and windows.month = month_samples.month
)

select * from planned_windows
order by service_key, month, time_zone, stamping
