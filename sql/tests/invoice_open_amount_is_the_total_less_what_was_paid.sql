-- Also where one of the three is unknown: then the open amount is unknown too, and the row says why.
select invoice_id
from {{ ref('invoices') }}
where
    open_amount is distinct from amount_incl_vat - paid_amount
    or (open_amount is null and reason is null)
