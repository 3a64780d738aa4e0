{{ config(materialized='table') }}

with judgeable_lines as (
    select
        lines.invoice_id,
        lines.line_number,
        lines.issued_on,
        lines.description,
        lines.period_start,
        lines.period_end,
        lines.period_reason,
        lines.search_start,
        lines.search_end,
        lines.quantity,
        lines.unit_price,
        lines.setup_amount,
        lines.amount_excl_vat,
        lines.vat_rate_pct,
        lines.currency_code,
        lines.charge_kind,
        lines.expected_kind,
        lines.is_credit_line,
        lines.credited_invoice_id,
        lines.credit_reason,
        lines.amount_raw,
        services.service_key,
        services.match_rule,
        services.match_confidence,
        services.match_reason,
        netted.credited_amount,
        netted.is_credited,
        netted.credit_invoice_ids,
        netted.repeated_invoice_id,
        netted.repeated_invoice_number,
        regexp_matches(
            {{ searchable("concat_ws(' ', lines.description, lines.remarks)") }}, ' (gb|tb|traffic|bandwidth|egress) '
        ) as is_traffic,
        netted.is_credited or netted.repeated_invoice_id is not null as is_set_aside,
        -- Which of two lines over the same charge comes first: what was not taken back or repeated, then the older.
        row_number() over (
            order by
                netted.is_credited, netted.repeated_invoice_id is not null,
                coalesce(lines.issued_on, date '9999-12-31'), length(lines.invoice_id), lines.invoice_id, lines.line_number
        ) as precedence
    from {{ ref('int_invoice_lines__described') }} as lines
    inner join {{ ref('int_line_services__found') }} as services
        on lines.invoice_id = services.invoice_id and lines.line_number = services.line_number
    inner join {{ ref('int_invoice_lines__netted') }} as netted
        on lines.invoice_id = netted.invoice_id and lines.line_number = netted.line_number
)

select * from judgeable_lines
