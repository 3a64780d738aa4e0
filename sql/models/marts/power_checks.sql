with comparisons as (
    select * from {{ ref('int_power__compared') }}
),

clock as (
    select coalesce(epoch_us(as_of) // 1000000, 253402300799) as stamp from {{ ref('int_clock__read') }}
),

spans as (
    select
        all_days.day,
        all_days.start_stamp,
        case when clock.stamp > all_days.start_stamp then least(all_days.end_stamp, clock.stamp) else all_days.end_stamp end
            as end_stamp
    from {{ ref('int_billing_days__spanned') }} as all_days
    cross join clock
),

feeds as (
    select
        *,
        count(distinct pdu_id) over (partition by colocation_id) as feed_count
    from {{ ref('int_colocation_feeds__attributed') }}
),

-- A day that a period cuts counts by time.
parts as (
    select
        comparisons.colocation_id,
        comparisons.month,
        comparisons.check_id,
        feeds.feed_count,
        feeds.is_shared,
        {{ to_millionths('feeds.energy_kwh') }} as energy,
        feeds.explained_seconds,
        least(spans.end_stamp, comparisons.until_stamp) - greatest(spans.start_stamp, comparisons.from_stamp) as seconds,
        spans.end_stamp - spans.start_stamp as day_seconds
    from comparisons
    inner join feeds on comparisons.colocation_id = feeds.colocation_id
    inner join spans
        on
            feeds.day = spans.day
            and comparisons.from_stamp < spans.end_stamp and comparisons.until_stamp > spans.start_stamp
),

measures as (
    select
        colocation_id,
        month,
        check_id,
        case
            when not bool_or(is_shared and energy is null and explained_seconds > 0)
                then {{ from_millionths('sum(' ~ divide_half_up('energy * seconds', 'day_seconds') ~ ')') }}
        end as measured_kwh,
        sum(least(explained_seconds, seconds)) * 1.0 / any_value(feed_count) as covered_seconds
    from parts
    where seconds > 0
    group by colocation_id, month, check_id
),

differences as (
    select
        comparisons.colocation_id,
        comparisons.month,
        comparisons.check_id,
        measures.measured_kwh,
        comparisons.compared_kwh,
        cast(measures.measured_kwh - comparisons.compared_kwh as decimal(18, 6)) as difference_kwh,
        cast(
            greatest(
                cast({{ var('power_check_tolerance_kwh') }} as decimal(18, 6)),
                cast(
                    comparisons.compared_kwh * cast({{ var('power_check_tolerance_pct') }} * 0.01 as decimal(9, 6))
                    as decimal(18, 6)
                )
            ) as decimal(18, 6)
        ) as tolerance_kwh,
        make_timestamp(comparisons.from_stamp * 1000000) as period_start_at,
        make_timestamp(comparisons.until_stamp * 1000000) as period_end_at,
        -- Less than an hour of telemetry may lack, or one per cent of a long period.
        coalesce(
            measures.covered_seconds
            >= comparisons.until_stamp - comparisons.from_stamp
            - greatest({{ var('power_edge_seconds') }}, (comparisons.until_stamp - comparisons.from_stamp) // 100),
            false
        ) as is_covered
    from comparisons
    left join measures
        on
            comparisons.colocation_id = measures.colocation_id
            and comparisons.month = measures.month
            and comparisons.check_id = measures.check_id
),

power_checks as (
    select
        colocation_id,
        month,
        check_id,
        case
            when compared_kwh is null or measured_kwh is null or not is_covered then 'not_applicable'
            when abs(difference_kwh) <= tolerance_kwh then 'pass'
            else 'fail'
        end as status,
        measured_kwh,
        compared_kwh,
        difference_kwh,
        tolerance_kwh,
        period_start_at,
        period_end_at,
        case
            when compared_kwh is null then 'The provider names no usable figure for the period.'
            when measured_kwh is null then 'No meter of a PDU measured anything that belongs to this rack alone.'
            when not is_covered then 'The meters of the PDUs do not cover the period.'
            when abs(difference_kwh) > tolerance_kwh then 'The meters of the PDUs and this figure differ by too much.'
        end as message
    from differences
)

select * from power_checks
order by colocation_id, month, check_id
