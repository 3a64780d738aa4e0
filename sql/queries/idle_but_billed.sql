-- asks: Which servers do nothing and cost all the same? Needs two weeks of hourly observations.
select
    idle.service_key,
    services.service_name,
    idle.verdict,
    idle.quiet_days,
    idle.mean_cpu_pct,
    idle.mean_bytes_per_day,
    idle.monthly_price,
    idle.currency_code
from marts.idle_servers as idle
left join marts.services as services on idle.service_key = services.service_key
where idle.verdict in ('idle', 'off_but_billed')
order by idle.monthly_price desc nulls last, idle.service_key asc
