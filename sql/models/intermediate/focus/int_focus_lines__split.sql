with invoices as (
    select * from {{ ref('int_focus_invoices__dated') }}
),

lines as (
    select * from {{ ref('invoice_lines') }}
),

periods as (
    select * from {{ ref('int_invoice_lines__dated') }}
),

dated_lines as (
    select
        lines.*,
        invoices.billing_month,
        invoices.issued_on,
        invoices.minor_divisor,
        originals.billing_month < invoices.billing_month as is_correction,
        (invoices.is_credit or lines.amount_excl_vat < 0) and lines.credited_invoice_id is null as is_unlinked_credit,
        coalesce(original_lines.charge_kind, lines.charge_kind) as corrected_kind,
        coalesce(lines.period_start, invoices.issued_on) as charge_start,
        case
            when lines.period_end > lines.period_start then lines.period_end
            -- Where nobody can tell whether the last printed day counts, it does.
            when periods.period_to_on >= lines.period_start then periods.period_to_on + 1
            else coalesce(lines.period_start, invoices.issued_on) + 1
        end as charge_end
    from lines
    inner join invoices on lines.invoice_id = invoices.invoice_id
    left join periods on lines.invoice_id = periods.invoice_id and lines.line_number = periods.line_number
    left join invoices as originals on lines.credited_invoice_id = originals.invoice_id
    left join lines as original_lines
        on
            lines.credited_invoice_id = original_lines.invoice_id
            and lines.credited_line_number = original_lines.line_number
),

measured_lines as (
    select
        *,
        {{ months_between('charge_start', 'charge_end') }} as months,
        corrected_kind = 'recurring' and period_end is not null
        and {{ whole_months('charge_start', 'charge_end') }} between 2 and 1200
        and {{ add_months('charge_start', whole_months('charge_start', 'charge_end')) }} = charge_end as is_prepaid,
        -- Setup costs beyond the amount that they are part of are none.
        case
            when corrected_kind = 'setup' then amount_excl_vat
            when setup_amount between least(amount_excl_vat, 0) and greatest(amount_excl_vat, 0) then setup_amount
            else 0
        end as setup_part
    from dated_lines
),

parts as (
    select
        *,
        'charge' as charge_part,
        amount_excl_vat - setup_part as part_amount
    from measured_lines
    where amount_excl_vat is not null and (amount_excl_vat != setup_part or setup_part = 0)
    union all
    select
        *,
        'setup' as charge_part,
        setup_part as part_amount
    from measured_lines
    where amount_excl_vat is not null and setup_part != 0
    union all
    select
        *,
        'vat' as charge_part,
        vat_amount as part_amount
    from measured_lines
    where vat_amount != 0
),

categorised_parts as (
    select
        invoice_id,
        line_number,
        charge_part,
        part_amount,
        currency_code,
        minor_divisor,
        issued_on,
        description,
        remarks,
        order_id,
        quantity,
        unit_price,
        service_key,
        match_rule,
        match_confidence,
        corrected_kind,
        is_correction,
        charge_start,
        charge_end,
        months,
        period_reason,
        case
            when charge_part = 'vat' then 'Tax'
            when is_unlinked_credit then 'Credit'
            when charge_part = 'setup' or is_prepaid then 'Purchase'
            when corrected_kind in ('other', 'setup') then 'Adjustment'
            else 'Usage'
        end as charge_category,
        case
            when charge_part != 'charge' or is_unlinked_credit or corrected_kind in ('other', 'setup') then 'One-Time'
            when corrected_kind = 'recurring' then 'Recurring'
            else 'Usage-Based'
        end as charge_frequency
    from parts
)

select * from categorised_parts
