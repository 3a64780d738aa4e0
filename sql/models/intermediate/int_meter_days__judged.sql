{{ config(materialized='table') }}

with summaries as (
    select
        *,
        lag(last_stamp) over days_of_meter as before_stamp,
        lag(last_kwh) over days_of_meter as before_kwh,
        lag(day) over days_of_meter as before_day,
        row_number() over days_of_meter as ordinal
    from {{ ref('int_pdu_days__summarised') }}
    where reading_count > 0
    window days_of_meter as (partition by pdu_id order by day)
),

limits as (
    select
        pdu_id,
        {{ to_millionths('max_kw') }} as power_limit
    from {{ ref('int_pdus__rated') }}
),

events as (
    select * from {{ ref('int_meter_events__dated') }}
),

declared_days as (
    select distinct
        summaries.pdu_id,
        summaries.day
    from summaries
    inner join events on summaries.pdu_id = events.pdu_id
    where events.stamp > coalesce(summaries.before_stamp, summaries.first_stamp) and events.stamp <= summaries.last_stamp
),

verdicts as (
    select
        summaries.pdu_id,
        summaries.day,
        summaries.ordinal,
        summaries.first_stamp,
        summaries.first_kwh,
        summaries.last_stamp,
        summaries.last_kwh,
        summaries.before_stamp,
        summaries.before_kwh,
        summaries.before_day,
        limits.power_limit,
        not summaries.has_fall
        and coalesce(summaries.needed_limit <= limits.power_limit, true)
        and declared_days.day is null
        and (
            summaries.before_stamp is null
            or (
                summaries.first_kwh >= summaries.before_kwh
                and {{ is_possible(
                    'summaries.first_kwh - summaries.before_kwh', '(summaries.first_stamp - summaries.before_stamp)',
                    'limits.power_limit'
                ) }}
            )
        ) as is_regular
    from summaries
    left join limits on summaries.pdu_id = limits.pdu_id
    left join declared_days on summaries.pdu_id = declared_days.pdu_id and summaries.day = declared_days.day
),

-- What an odd reading means shows in the reading before it and in up to seven after its dip hours: days with one reading each.
judged_days as (
    select
        *,
        not bool_and(is_regular) over (
            partition by pdu_id order by ordinal rows between 7 preceding and 1 following
        ) as is_suspect
    from verdicts
)

select * from judged_days
order by pdu_id, day
