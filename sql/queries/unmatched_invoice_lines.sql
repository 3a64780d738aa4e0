-- asks: Which lines of invoices belong to no service that is known?
select
    invoices.invoice_number,
    charges.line_number,
    charges.description,
    charges.charge_kind,
    charges.amount_excl_vat,
    charges.currency_code,
    charges.match_reason
from marts.invoice_lines as charges
left join marts.invoices as invoices on charges.invoice_id = invoices.invoice_id
where charges.service_key is null
order by abs(charges.amount_excl_vat) desc, invoices.invoice_number asc, charges.line_number asc
