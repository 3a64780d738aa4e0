with told_rows as (
    select * from {{ ref('int_reconciliation_rows__told') }}
),

invoice_reconciliation as (
    select
        reconciliation_id,
        service_key,
        charge_kind,
        coalesce(charge_start, line_start) as period_start,
        coalesce(charge_end, line_end) as period_end,
        currency_code,
        expected_charge_id,
        told_expected_amount as expected_amount,
        cast(billed_amount as decimal(18, 4)) as billed_amount,
        cast(variance_amount as decimal(18, 4)) as variance_amount,
        code,
        match_rule,
        match_confidence,
        invoice_id,
        cast(line_number as integer) as line_number,
        coalesce(told_message, claim || ': ' || replace(code, '_', ' ') || '.') as message,
        cast(
            case when code = 'matched_within_tolerance' then abs(variance_amount) else 0 end as decimal(18, 4)
        ) as tolerance_amount,
        case
            when line_number = 0 then 'lines_missing'
            when billed_amount is null then 'amount_unreadable'
            else coalesce(period_reason, charge_reason)
        end as reason,
        expected_on,
        issued_on
    from told_rows
)

select * from invoice_reconciliation
order by reconciliation_id
