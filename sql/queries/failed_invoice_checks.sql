-- asks: Which invoices do not add up, and in what?
select
    invoices.invoice_number,
    invoices.issued_on,
    checks.check_id,
    checks.line_number,
    checks.expected,
    checks.actual,
    checks.message
from marts.invoice_checks as checks
left join marts.invoices as invoices on checks.invoice_id = invoices.invoice_id
where checks.status = 'fail'
order by invoices.issued_on desc, invoices.invoice_number asc, checks.check_id asc, checks.line_number asc
