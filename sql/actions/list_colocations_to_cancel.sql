-- operation: cancel_colocation
-- does: lists each colocation whose last day to give notice is within 30 days, for somebody to decide
-- plan only: yes
select split_part(service_key, ':', 2) as colocation_id
from marts.contract_calendar
where service_key like 'colocation:%' and days_to_cancel between 0 and 30
order by days_to_cancel, service_key
