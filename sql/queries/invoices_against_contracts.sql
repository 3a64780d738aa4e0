-- asks: Where do invoices differ from what the contracts and the measurements say?
select
    service_key,
    charge_kind,
    period_start,
    expected_amount,
    billed_amount,
    variance_amount,
    currency_code,
    code,
    message
from marts.invoice_reconciliation
where code not in ('matched', 'matched_within_tolerance', 'not_yet_due')
order by abs(variance_amount) desc nulls last, reconciliation_id asc
