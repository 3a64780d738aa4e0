-- asks: How near to its commit is each service in the month that runs, and how long may it still burst?
select
    service_key,
    billing_type,
    case when billing_type = 'p95' then used_mbit else used_gb end as used,
    case when billing_type = 'p95' then commit_mbit else commit_gb end as commitment,
    case when billing_type = 'p95' then 'Mbit/s' else 'GB' end as unit,
    burst_minutes_left,
    projected_used_gb,
    coverage_pct,
    reason
from marts.bandwidth_by_service_month
where is_open_month and billing_type <> 'unmetered'
order by used / nullif(commitment, 0) desc nulls last, service_key asc
