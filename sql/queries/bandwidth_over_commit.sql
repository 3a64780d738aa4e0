-- asks: Which services used more bandwidth than their commit, and what does it cost?
select
    month,
    service_key,
    billing_type,
    coalesce(commit_mbit, commit_gb) as commitment,
    case when billing_type = 'p95' then used_mbit else used_gb end as used,
    coalesce(overuse_mbit, overuse_gb) as overuse,
    case when billing_type = 'p95' then 'Mbit/s' else 'GB' end as unit,
    overuse_amount,
    currency_code,
    is_billing_grade
from marts.bandwidth_by_service_month
where overuse_mbit > 0 or overuse_gb > 0
order by month desc, overuse_amount desc nulls last, service_key asc
