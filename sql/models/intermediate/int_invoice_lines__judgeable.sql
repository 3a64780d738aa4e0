{{ config(materialized='table') }}

with judgeable_lines as (
    select
        lines.* exclude (service_key, match_rule, match_confidence, match_reason),
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
        -- Who comes first where two lines charge the same: what was not taken back, what no earlier document says, the older.
        row_number() over (
            order by
                netted.is_credited, netted.repeated_invoice_id is not null, lines.issued_on asc nulls last,
                length(lines.invoice_id), lines.invoice_id, lines.line_number
        ) as precedence
    from {{ ref('int_invoice_lines__described') }} as lines
    inner join {{ ref('int_line_services__found') }} as services
        on lines.invoice_id = services.invoice_id and lines.line_number = services.line_number
    inner join {{ ref('int_invoice_lines__netted') }} as netted
        on lines.invoice_id = netted.invoice_id and lines.line_number = netted.line_number
)

select * from judgeable_lines
