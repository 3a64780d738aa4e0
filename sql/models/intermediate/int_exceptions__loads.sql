with tables as (
    select * from {{ ref('load_health') }}
    where status in ('failed', 'denied', 'stale')
),

exceptions as (
    select
        status as code,
        case status when 'failed' then 'high' when 'stale' then 'medium' else 'low' end as severity,
        {{ billing_date('last_loaded_at') }} as happened_on,
        'XXX' as currency_code,
        'Table ' || table_name
        || case status
            when 'failed' then ' could not be loaded' || coalesce(': ' || message, '.')
            when 'denied' then ' may not be read with this key.'
            else ' was not loaded for ' || cast(freshness_hours as integer) || ' hours.'
        end as message,
        case status
            when 'failed' then 'See what the message says; the rows of the last good load are still there.'
            when 'denied' then 'Give the key the right, if the table is wanted.'
            else 'See whether the schedule runs (i3d ui) and what i3d doctor says.'
        end as next_step,
        'load_health' as source_table,
        table_name as subject
    from tables
)

select * from exceptions
