-- asks: Which invoices are not paid, for how long, and how much is left?
select
    ageing_bucket,
    invoice_number,
    issued_on,
    due_on,
    days_overdue,
    currency_code,
    open_amount
from marts.invoices
where open_amount > 0
order by days_overdue desc, invoice_number asc
