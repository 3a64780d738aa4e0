with lines as (
    select * from {{ ref('int_invoice_lines__proved') }}
),

extensions as (
    select
        invoice_id,
        line_number,
        minor_divisor,
        'A1' as check_id,
        'amount' as subject,
        -- The printed signs of a credit note need not agree with each other.
        abs(
            if(is_credit, abs(computed_excl_minor), computed_excl_minor) - if(is_credit, abs(excl_minor), excl_minor)
        ) <= 1 as is_right,
        computed_excl_minor as expected_minor,
        excl_minor as actual_minor,
        coalesce(quantity_raw, unit_price_minor_raw, setup_raw, excl_raw) as unreadable,
        'Quantity times unit price plus setup costs' as claim
    from lines
),

vat_amounts as (
    select
        invoice_id,
        line_number,
        minor_divisor,
        'A2' as check_id,
        'VAT' as subject,
        case
            when excl_minor is not null and vat_minor is not null and vat_pct_raw is null then proved_vat_pct is not null
        end as is_right,
        computed_vat_minor as expected_minor,
        vat_minor as actual_minor,
        coalesce(vat_pct_raw, vat_raw, excl_raw) as unreadable,
        case
            when proved_vat_pct != vat_pct
                then 'VAT at ' || {{ rate_text('proved_vat_pct') }} || ' %, printed as ' || {{ rate_text('vat_pct') }} || ' %,'
            when proved_vat_pct is not null and vat_pct is null
                then 'VAT at ' || {{ rate_text('proved_vat_pct') }} || ' %, no rate printed,'
            else 'VAT at ' || coalesce({{ rate_text('vat_pct') }} || ' %', 'an unknown rate')
        end as claim
    from lines
),

totals as (
    select
        invoice_id,
        line_number,
        minor_divisor,
        'A3' as check_id,
        'total' as subject,
        excl_minor + vat_minor = incl_minor as is_right,
        excl_minor + vat_minor as expected_minor,
        incl_minor as actual_minor,
        coalesce(excl_raw, vat_raw, incl_raw) as unreadable,
        'Amount plus VAT' as claim
    from lines
),

proofs as (
    select * from extensions
    union all
    select * from vat_amounts
    union all
    select * from totals
),

checks as (
    select
        invoice_id,
        line_number,
        check_id,
        if(coalesce(is_right, false), 'pass', 'fail') as status,
        {{ minor_text('expected_minor', 'minor_divisor') }} as expected,
        {{ minor_text('actual_minor', 'minor_divisor') }} as actual,
        case
            when unreadable is not null then claim || ' cannot be proved: ''' || unreadable || ''' is no amount.'
            when is_right is null then claim || ' cannot be proved: the line lacks an amount.'
            when is_right then claim || ' makes the ' || subject || ' of the line.'
            else claim || ' does not make the ' || subject || ' of the line.'
        end as message
    from proofs
)

select * from checks
