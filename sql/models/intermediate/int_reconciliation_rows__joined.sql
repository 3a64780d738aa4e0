with lines as (
    select * from {{ ref('int_invoice_lines__judgeable') }}
),

pairs as (
    select * from {{ ref('int_line_charges__paired') }}
),

charges as (
    select * from {{ ref('int_charges__expected') }}
),

headers as (
    select
        headers.*,
        {{ cents_to_amount('headers.excl_minor', 'headers.minor_divisor') }} as amount_excl_vat
    from {{ ref('int_invoices__headers') }} as headers
),

line_rows as (
    select
        lines.invoice_id,
        lines.line_number,
        pairs.expected_charge_id,
        coalesce(pairs.service_key, lines.service_key) as service_key,
        coalesce(pairs.charge_kind, lines.charge_kind) as charge_kind,
        coalesce(lines.period_start, pairs.period_start) as line_start,
        coalesce(lines.period_end, pairs.period_end) as line_end,
        lines.currency_code,
        case when pairs.expected_charge_id is null then lines.amount_excl_vat else pairs.billed_amount end as billed_amount,
        case
            when lines.is_credit_line and lines.credited_invoice_id is not null then 'credit'
            when pairs.expected_charge_id is null and lines.is_credited then 'credit'
            else coalesce(pairs.match_rule, lines.match_rule)
        end as match_rule,
        case
            when pairs.expected_charge_id is not null then pairs.match_confidence
            when lines.is_credit_line or lines.is_credited
                then case when coalesce(lines.credited_invoice_id, lines.credit_invoice_ids) is not null then 'strong' end
            else lines.match_confidence
        end as match_confidence
    from lines
    left join pairs on lines.invoice_id = pairs.invoice_id and lines.line_number = pairs.line_number
),

-- An invoice of which no line is known stands for itself, as line 0.
bare_rows as (
    select
        headers.invoice_id,
        0 as line_number,
        'other' as charge_kind,
        headers.currency_code,
        headers.amount_excl_vat as billed_amount
    from headers
    anti join lines on headers.invoice_id = lines.invoice_id
),

unbilled_rows as (
    select
        charges.expected_charge_id,
        charges.service_key,
        charges.charge_kind,
        charges.currency_code,
        0 as billed_amount
    from charges
    anti join pairs on charges.expected_charge_id = pairs.expected_charge_id
),

all_rows as (
    select * from line_rows
    union all by name
    select * from bare_rows
    union all by name
    select * from unbilled_rows
),

joined_rows as (
    select
        md5(concat_ws(
            '|', coalesce(all_rows.invoice_id, ''), coalesce(cast(all_rows.line_number as varchar), ''),
            coalesce(all_rows.expected_charge_id, '')
        )) as reconciliation_id,
        all_rows.*,
        charges.period_start as charge_start,
        charges.period_end as charge_end,
        charges.expected_on,
        charges.quantity as expected_quantity,
        charges.unit,
        charges.unit_price as expected_unit_price,
        charges.amount as expected_amount,
        charges.reason as charge_reason,
        coalesce(charges.is_partial, false) as is_partial,
        coalesce(charges.is_unproved, false) as is_unproved
    from all_rows
    left join charges on all_rows.expected_charge_id = charges.expected_charge_id
)

select * from joined_rows
