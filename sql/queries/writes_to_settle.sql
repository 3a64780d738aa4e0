-- asks: Which changes of the account have no known outcome, and which were refused or failed?
select
    started_at,
    operation,
    target_key,
    status,
    actor,
    approver,
    message
from ops.write_operations
where status in ('sent', 'unknown', 'refused', 'failed')
order by started_at desc, operation asc, target_key asc
