{{ config(materialized='table') }}

with rows_of_recon as (
    select * from {{ ref('int_reconciliation_rows__joined') }}
),

clock as (
    select * from {{ ref('int_clock__read') }}
),

lines as (
    select * from {{ ref('int_invoice_lines__judgeable') }}
),

doubts as (
    select * from {{ ref('int_invoice_lines__doubted') }}
),

compared as (
    select
        rows_of_recon.*,
        lines.quantity,
        lines.unit_price,
        lines.setup_amount,
        lines.expected_kind,
        lines.is_credit_line,
        lines.credited_invoice_id,
        lines.credit_reason,
        lines.is_credited,
        lines.credited_amount,
        lines.credit_invoice_ids,
        lines.repeated_invoice_id,
        lines.repeated_invoice_number,
        lines.match_reason,
        lines.period_reason,
        lines.amount_raw,
        lines.issued_on,
        doubts.starts_on,
        doubts.cancelled_on,
        doubts.is_vat_wrong,
        doubts.service_currency_code,
        doubts.is_currency_wrong,
        doubts.is_setup_repeated,
        doubts.setup_invoice_id,
        doubts.is_nothing_measured,
        coalesce(overlapping.is_duplicate, false) as is_duplicate,
        overlapping.other_invoice_id,
        overlapping.other_line_number,
        prices.is_within_cutoff as is_price_within_cutoff,
        prices.monthly_price as other_price,
        prices.unseen_on as price_unseen_on,
        prices.seen_on as price_seen_on,
        rows_of_recon.charge_kind in ('power', 'bandwidth_overuse', 'usage') as is_metered,
        clock.as_of_on > rows_of_recon.expected_on + {{ var('reconciliation_grace_days') }} as is_due,
        rows_of_recon.billed_amount - rows_of_recon.expected_amount as difference,
        {{ minor_to_amount('1', 'coalesce(currencies.decimals, 2)') }} as minor_unit
    from rows_of_recon
    left join lines on rows_of_recon.invoice_id = lines.invoice_id and rows_of_recon.line_number = lines.line_number
    left join doubts on rows_of_recon.invoice_id = doubts.invoice_id and rows_of_recon.line_number = doubts.line_number
    left join {{ ref('int_invoice_lines__overlapping') }} as overlapping
        on rows_of_recon.invoice_id = overlapping.invoice_id and rows_of_recon.line_number = overlapping.line_number
    left join {{ ref('int_line_prices__explained') }} as prices
        on
            rows_of_recon.invoice_id = prices.invoice_id and rows_of_recon.line_number = prices.line_number
            and rows_of_recon.expected_charge_id = prices.expected_charge_id
    left join {{ ref('int_currencies__listed') }} as currencies on rows_of_recon.currency_code = currencies.currency_code
    cross join clock
),

tolerances as (
    select
        *,
        greatest(
            minor_unit * {{ var('reconciliation_tolerance_units') }},
            cast(abs(expected_amount) * {{ var('reconciliation_tolerance_pct') }} * 0.01 as decimal(18, 4)),
            case
                when unit in ('kWh', 'TB', 'GB', 'Mbit')
                    then cast(abs(expected_amount) * {{ var('reconciliation_usage_pct') }} * 0.01 as decimal(18, 4))
            end,
            cast(
                case unit
                    when 'kWh' then {{ var('reconciliation_usage_kwh') }}
                    when 'TB' then {{ var('reconciliation_usage_gb') }} * 0.001
                    when 'GB' then {{ var('reconciliation_usage_gb') }}
                    when 'Mbit' then {{ var('reconciliation_usage_mbit') }}
                    when 'hour' then {{ var('reconciliation_usage_hours') }}
                end * expected_unit_price as decimal(18, 4)
            )
        ) as tolerance,
        -- The price of a GB may be printed where that of a TB is agreed.
        least(
            abs(unit_price - expected_unit_price),
            abs(cast(unit_price as decimal(28, 6)) * 1000 - expected_unit_price),
            abs(unit_price - cast(expected_unit_price as decimal(28, 6)) * 1000)
        ) <= greatest(expected_unit_price * {{ var('reconciliation_tolerance_pct') }} * 0.01, 0.000001) as is_unit_price_right
    from compared
)

select * from tolerances -- noqa: AM04
