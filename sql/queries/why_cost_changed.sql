-- asks: Which services cost more or less than the month before, and why?
select
    changes.month,
    changes.service_key,
    services.service_name,
    changes.charge_kind,
    changes.currency_code,
    changes.change_amount,
    changes.presence_amount,
    changes.quantity_amount,
    changes.price_amount,
    changes.reason
from marts.cost_change_by_service_month as changes
left join marts.services as services on changes.service_key = services.service_key
where changes.is_month_over and changes.change_amount <> 0
order by changes.month desc, abs(changes.change_amount) desc, changes.service_key asc, changes.charge_kind asc
limit 50
