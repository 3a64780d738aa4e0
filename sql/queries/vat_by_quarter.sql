-- asks: How much VAT was invoiced in each quarter, by rate?
select
    date_trunc('quarter', invoices.issued_on) as quarter_from,
    charges.vat_rate_pct,
    charges.currency_code,
    sum(charges.amount_excl_vat) as amount_excl_vat,
    sum(charges.vat_amount) as vat_amount
from marts.invoice_lines as charges
inner join marts.invoices as invoices on charges.invoice_id = invoices.invoice_id
group by quarter_from, charges.vat_rate_pct, charges.currency_code
order by quarter_from desc, charges.vat_rate_pct asc, charges.currency_code asc
