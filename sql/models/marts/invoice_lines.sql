with lines as (
    select * from {{ ref('int_invoice_lines__described') }}
),

services_found as (
    select * from {{ ref('int_line_services__found') }}
),

-- What no word of a line tells, the charge that it surely pays for does.
paid_kinds as (
    select
        invoice_id,
        line_number,
        min(charge_kind) as charge_kind
    from {{ ref('int_line_charges__paired') }}
    where match_confidence != 'weak' and not is_setup_within
    group by invoice_id, line_number
),

invoice_lines as (
    select
        lines.invoice_id,
        lines.line_number,
        lines.description,
        lines.remarks,
        lines.order_id,
        lines.period_start,
        lines.period_end,
        lines.period_reason,
        lines.quantity,
        lines.unit_price,
        lines.setup_amount,
        lines.amount_excl_vat,
        lines.vat_amount,
        lines.amount_incl_vat,
        lines.vat_rate_pct,
        lines.currency_code,
        case when lines.charge_kind = 'other' then coalesce(paid_kinds.charge_kind, 'other') else lines.charge_kind end
            as charge_kind,
        services_found.service_key,
        services_found.match_rule,
        services_found.match_confidence,
        services_found.match_reason,
        lines.credited_invoice_id,
        lines.credited_line_number,
        lines.credit_rule,
        lines.credit_reason,
        lines.amount_raw,
        lines.period_raw
    from lines
    left join services_found
        on lines.invoice_id = services_found.invoice_id and lines.line_number = services_found.line_number
    left join paid_kinds on lines.invoice_id = paid_kinds.invoice_id and lines.line_number = paid_kinds.line_number
)

select * from invoice_lines
