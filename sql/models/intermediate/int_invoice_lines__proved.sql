with lines as (
    select
        *,
        case
            when unit_price_minor_raw is null and quantity_raw is null and setup_raw is null
                then
                    cast(round(cast(quantity as decimal(38, 6)) * cast(unit_price_minor as decimal(18, 6)), 0) as hugeint)
                    + coalesce(setup_minor, 0)
        end as computed_excl_minor,
        {{ vat_of('excl_minor', 'vat_pct') }} as computed_vat_minor
    from {{ ref('int_invoice_lines__signed') }}
),

rates as (
    select * from {{ ref('int_vat_rates__known') }}
),

-- The printed rate is a whole number, so 8 can mean 8.1 or 7.7: any known rate less than one away may explain the VAT.
explained_rates as (
    select
        lines.invoice_id,
        lines.line_number,
        arg_min(
            rates.rate_pct, (abs({{ vat_of('lines.excl_minor', 'rates.rate_pct') }} - lines.vat_minor), rates.rate_pct)
        ) as rate_pct
    from lines
    inner join rates
        on
            coalesce(abs(rates.rate_pct - lines.vat_pct) < 1, lines.vat_pct_raw is null)
            and coalesce(lines.issued_on >= rates.valid_from, true)
            and coalesce(lines.issued_on < rates.valid_to, true)
            and abs({{ vat_of('lines.excl_minor', 'rates.rate_pct') }} - lines.vat_minor) <= 1
    group by lines.invoice_id, lines.line_number
),

proved_lines as (
    select
        lines.invoice_id,
        lines.line_number,
        lines.order_id,
        lines.description,
        lines.remarks,
        lines.period_from_on,
        lines.period_to_on,
        lines.quantity,
        lines.quantity_raw,
        lines.unit_price_minor,
        lines.unit_price_minor_raw,
        lines.vat_pct,
        lines.vat_pct_raw,
        lines.setup_minor,
        lines.setup_raw,
        lines.excl_minor,
        lines.excl_raw,
        lines.vat_minor,
        lines.vat_raw,
        lines.incl_minor,
        lines.incl_raw,
        lines.currency_code,
        lines.minor_divisor,
        lines.is_credit,
        lines.issued_on,
        lines.computed_excl_minor,
        lines.computed_vat_minor,
        case
            when abs(lines.computed_vat_minor - lines.vat_minor) <= 1 then lines.vat_pct
            else explained_rates.rate_pct
        end as proved_vat_pct
    from lines
    left join explained_rates
        on lines.invoice_id = explained_rates.invoice_id and lines.line_number = explained_rates.line_number
)

select * from proved_lines
