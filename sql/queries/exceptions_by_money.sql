-- asks: What should somebody act on, dearest first, and what is the next step?
select
    area,
    severity,
    code,
    service_key,
    happened_on,
    amount_at_stake,
    currency_code,
    message,
    next_step
from marts.exceptions
order by amount_at_stake desc nulls last, happened_on desc, exception_id asc
