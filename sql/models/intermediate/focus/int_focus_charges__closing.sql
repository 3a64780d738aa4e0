with invoices as (
    select * from {{ ref('int_focus_invoices__dated') }}
),

sums as (
    select
        invoice_id,
        count(*) filter (where charge_part = 'vat') as vat_count,
        count(*) as part_count,
        coalesce(sum(billed_amount) filter (where charge_part = 'vat'), 0) as vat_amount,
        coalesce(sum(billed_amount) filter (where charge_part != 'vat'), 0) as net_amount
    from {{ ref('int_focus_charges__invoiced') }}
    group by invoice_id
),

-- The VAT of the document beside that of its lines; a document that states none has that of its lines.
rests as (
    select
        invoices.*,
        coalesce(sums.part_count, 0) as part_count,
        coalesce(sums.vat_count, 0) as vat_count,
        coalesce(invoices.vat_amount - coalesce(sums.vat_amount, 0), 0) as vat_rest,
        invoices.amount_incl_vat - coalesce(invoices.vat_amount, sums.vat_amount, 0) - coalesce(sums.net_amount, 0) as net_rest
    from invoices
    left join sums on invoices.invoice_id = sums.invoice_id
    where invoices.amount_incl_vat is not null
),

closings as (
    select
        *,
        'vat_rounding' as charge_part,
        'Tax' as charge_category,
        vat_rest as billed_amount,
        case
            when abs(vat_rest) * minor_divisor <= vat_count then 'VAT rounding'
            when vat_count = 0 then 'VAT of the invoice'
            else 'VAT of the invoice that its lines do not state'
        end as charge_description
    from rests
    where vat_rest != 0
    union all
    select
        *,
        'rest' as charge_part,
        case when is_credit then 'Credit' else 'Adjustment' end as charge_category,
        net_rest as billed_amount,
        case
            when part_count = 0 then coalesce(description, 'Invoice without lines')
            else 'Amount of the invoice that its lines do not state'
        end as charge_description
    from rests
    where net_rest != 0
),

charges as (
    select
        invoice_id,
        0 as line_number,
        invoice_id || '-0-' || charge_part as row_id,
        charge_part,
        charge_category,
        charge_description,
        issued_on as charge_start,
        issued_on + 1 as charge_end,
        cast(billed_amount as decimal(18, 4)) as billed_amount
    from closings
)

select * from charges
