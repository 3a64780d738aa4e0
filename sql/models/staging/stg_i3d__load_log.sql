with attempts as (
    select
        run_id,
        table_name,
        operation,
        area,
        status,
        message,
        row_count,
        source_count,
        missing_count,
        requests as request_count,
        seconds as duration_seconds,
        unknown_fields,
        is_full_sweep,
        is_newest_first,
        {{ utc('as_of') }} as as_of,
        {{ utc('started_at') }} as started_at,
        {{ utc('finished_at') }} as finished_at
    from {{ source('raw_i3d', 'load_log') }}
)

select * from attempts
