-- asks: How fresh is each table, and why is one not?
select
    table_name,
    status,
    last_loaded_at,
    freshness_hours,
    row_count,
    missing_count,
    message
from marts.load_health
order by status = 'ok' asc, freshness_hours desc, table_name asc
