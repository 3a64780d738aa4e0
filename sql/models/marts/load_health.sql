with attempts as (
    select * from {{ ref('stg_i3d__load_log') }}
),

clock as (
    select * from {{ ref('int_clock__read') }}
),

last_attempts as (
    select * from attempts
    qualify row_number() over (partition by table_name order by as_of desc, finished_at desc, run_id desc) = 1
),

last_loads as (
    select * from attempts
    where status = 'loaded'
    qualify row_number() over (partition by table_name order by as_of desc, finished_at desc, run_id desc) = 1
),

measures as (
    select
        last_attempts.table_name,
        last_loads.finished_at as last_loaded_at,
        last_loads.row_count,
        last_loads.source_count,
        last_loads.missing_count,
        cast(date_diff('second', last_loads.as_of, clock.as_of) / 3600 as decimal(18, 6)) as freshness_hours,
        last_attempts.status as last_status,
        last_attempts.message
    from last_attempts
    left join last_loads on last_attempts.table_name = last_loads.table_name
    cross join clock
),

load_health as (
    select
        table_name,
        last_loaded_at,
        row_count,
        source_count,
        missing_count,
        freshness_hours,
        case
            when last_status != 'loaded' then last_status
            when row_count = 0 then 'empty'
            when freshness_hours > {{ var('load_stale_hours') }} then 'stale'
            else 'ok'
        end as status,
        message
    from measures
)

select * from load_health
