with step_counts as (
    select
        pdu_id,
        {{ month_of('day') }} as month,
        step_seconds,
        sum(step_count) as step_count
    from {{ ref('int_pdu_days__summarised') }}
    where step_seconds is not null
    group by all
),

stepped_months as (
    select
        pdu_id,
        month,
        arg_max(step_seconds, (step_count, -step_seconds)) as step_seconds
    from step_counts
    group by pdu_id, month
)

select * from stepped_months
