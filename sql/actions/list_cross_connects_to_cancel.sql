-- operation: cancel_cross_connect
-- does: lists each cross connect whose last day to give notice is within 30 days, for somebody to decide
-- plan only: yes
select split_part(service_key, ':', 2) as cross_connect_id
from marts.contract_calendar
where service_key like 'cross_connect:%' and days_to_cancel between 0 and 30
order by days_to_cancel, service_key
