with compared_rows as (
    select * from {{ ref('int_reconciliation_rows__compared') }}
),

-- Lines that cannot be told to pay for a charge, and yet may: the charge is not said to be missing then.
open_lines as (
    select
        candidates.service_key,
        lines.invoice_id,
        lines.line_number,
        lines.expected_kind,
        lines.search_start,
        lines.search_end,
        'ambiguous_match' as code
    from {{ ref('int_invoice_lines__judgeable') }} as lines
    inner join {{ ref('int_invoice_lines__candidates') }} as candidates
        on lines.invoice_id = candidates.invoice_id and lines.line_number = candidates.line_number
    where lines.match_reason = 'ambiguous_match'
    union all
    select
        lines.service_key,
        lines.invoice_id,
        lines.line_number,
        lines.expected_kind,
        lines.search_start,
        lines.search_end,
        'currency_mismatch' as code
    from {{ ref('int_invoice_lines__judgeable') }} as lines
    inner join {{ ref('int_invoice_lines__doubted') }} as doubts
        on lines.invoice_id = doubts.invoice_id and lines.line_number = doubts.line_number
    where doubts.is_currency_wrong and not lines.is_credit_line
),

open_charges as (
    select
        compared_rows.reconciliation_id,
        min(open_lines.code) as open_code,
        min(open_lines.invoice_id) as open_invoice_id,
        min(open_lines.line_number) as open_line_number
    from compared_rows
    inner join open_lines
        on
            compared_rows.service_key = open_lines.service_key
            and compared_rows.charge_kind = open_lines.expected_kind
            and compared_rows.charge_start < open_lines.search_end
            and compared_rows.charge_end > open_lines.search_start
    where compared_rows.invoice_id is null
    group by compared_rows.reconciliation_id
),

flagged_rows as (
    select
        compared_rows.*,
        open_charges.open_code,
        open_charges.open_invoice_id,
        open_charges.open_line_number,
        compared_rows.expected_charge_id is not null as is_paired,
        coalesce(abs(compared_rows.difference) > compared_rows.tolerance, false) as is_off,
        coalesce(not regexp_matches(compared_rows.charge_reason, 'price'), false) as is_doubtful,
        coalesce(
            compared_rows.line_start < compared_rows.charge_start - {{ var('reconciliation_cutoff_days') }}
            or compared_rows.line_end > compared_rows.charge_end + {{ var('reconciliation_cutoff_days') }},
            false
        ) as is_beyond_charge,
        coalesce(
            abs(compared_rows.difference - compared_rows.setup_amount) <= compared_rows.minor_unit
            and compared_rows.setup_amount > 0,
            false
        ) as is_setup_apart
    from compared_rows
    left join open_charges on compared_rows.reconciliation_id = open_charges.reconciliation_id
),

line_codes as (
    select
        *,
        case
            when line_number = 0 then 'not_proved'
            when is_credit_line and credit_reason = 'ambiguous_credit' then 'ambiguous_match'
            when is_credit_line and credited_invoice_id is null then 'credit_unmatched'
            when is_credit_line or (is_credited and not is_paired) then 'matched'
            when repeated_invoice_id is not null and not is_credited then 'duplicate_invoice'
            when billed_amount = 0 and not is_paired and service_key is not null then 'matched'
            when is_duplicate and not is_credited then 'duplicate_line'
            when is_currency_wrong then 'currency_mismatch'
            when not is_paired and match_reason = 'ambiguous_match' then 'ambiguous_match'
            when service_key is null or (is_paired and match_confidence = 'weak') then 'unexpected_charge'
            when
                line_start < starts_on
                and ((not is_metered and (is_off or not is_paired)) or line_end <= starts_on)
                then 'billed_before_start'
            when
                line_end > cancelled_on
                and ((not is_metered and (is_off or not is_paired)) or line_start >= cancelled_on)
                then 'billed_after_cancel'
            when is_setup_repeated and (is_setup_apart or (expected_kind = 'setup' and not is_paired)) then 'setup_fee_repeated'
            when other_invoice_id is not null and (is_off or not is_paired or is_beyond_charge) then 'period_overlap'
            when
                is_off and not is_metered and charge_kind = 'recurring'
                and (
                    line_start > charge_start + {{ var('reconciliation_cutoff_days') }}
                    or line_end < charge_end - {{ var('reconciliation_cutoff_days') }}
                )
                then 'period_gap'
            when is_off and is_setup_apart then 'unpriced'
            when is_off and is_price_within_cutoff then 'timing_difference'
            when is_off and is_price_within_cutoff is not null then 'not_proved'
            when is_off and is_metered and is_doubtful then 'not_proved'
            when is_off and is_metered and not is_unit_price_right then 'price_variance'
            when is_off and is_metered then 'usage_variance'
            when is_off and is_unit_price_right and quantity >= 2 and quantity = round(quantity, 0) then 'quantity_variance'
            when is_off and is_partial then 'proration_variance'
            when is_off then 'price_variance'
            when is_paired and billed_amount is null then 'not_proved'
            when is_vat_wrong then 'vat_variance'
            when is_paired and expected_amount is null then case when is_unproved then 'not_proved' else 'unpriced' end
            when is_paired and difference = 0 then 'matched'
            when is_paired then 'matched_within_tolerance'
            when billed_amount is null or line_start is null then 'not_proved'
            when expected_kind = 'setup' then 'unpriced'
            when is_nothing_measured then 'usage_variance'
            when expected_kind in ('power', 'bandwidth_overuse', 'usage') then 'not_proved'
            else 'unexpected_charge'
        end as line_code
    from flagged_rows
),

coded_rows as (
    select
        *,
        case
            when invoice_id is not null then line_code
            when expected_amount = 0 then 'matched'
            when open_code is not null then open_code
            when not is_due then 'not_yet_due'
            when is_unproved then 'not_proved'
            when expected_amount is null then 'unpriced'
            when is_metered and abs(expected_amount) <= tolerance then 'matched_within_tolerance'
            else 'missing_charge'
        end as code
    from line_codes
)

select * from coded_rows -- noqa: AM04
