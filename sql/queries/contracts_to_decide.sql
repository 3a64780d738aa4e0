-- asks: Which contracts can still be left within 90 days, until when, and what does staying cost at least?
select
    calendar.service_key,
    services.service_name,
    calendar.last_day_to_cancel_on,
    calendar.days_to_cancel,
    calendar.term_ends_on,
    calendar.exposure_amount,
    calendar.currency_code
from marts.contract_calendar as calendar
left join marts.services as services on calendar.service_key = services.service_key
where calendar.days_to_cancel between 0 and 90
order by calendar.last_day_to_cancel_on, calendar.service_key
