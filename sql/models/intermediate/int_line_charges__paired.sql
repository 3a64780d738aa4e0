{{ config(materialized='table') }}

with pairs as (
    select
        claimed.invoice_id,
        claimed.line_number,
        claimed.expected_charge_id,
        lines.match_rule,
        lines.match_confidence
    from {{ ref('int_charges__claimed') }} as claimed
    inner join {{ ref('int_invoice_lines__judgeable') }} as lines
        on claimed.invoice_id = lines.invoice_id and claimed.line_number = lines.line_number
    union all
    select
        invoice_id,
        line_number,
        expected_charge_id,
        match_rule,
        case match_rule when 'C1' then 'exact' when 'C3' then 'strong' when 'C4' then 'medium' else 'weak' end
            as match_confidence
    from {{ ref('int_charges__bundled') }}
),

amounts as (
    select
        pairs.*,
        charges.service_key,
        charges.charge_kind,
        charges.unit,
        charges.period_start,
        charges.period_end,
        charges.expected_on,
        charges.quantity as expected_quantity,
        charges.unit_price as expected_unit_price,
        charges.amount as expected_amount,
        charges.currency_code,
        charges.reason,
        charges.is_partial,
        charges.is_unproved,
        coalesce(currencies.decimals, 2) as decimals,
        lines.amount_excl_vat,
        -- Setup costs are a part of a line only where something else pays for the rest of it.
        charges.charge_kind = 'setup' and lines.expected_kind != 'setup' and coalesce(lines.setup_amount > 0, false)
        and bool_or(charges.charge_kind != 'setup') over (partition by pairs.invoice_id, pairs.line_number) as is_setup_within,
        case when lines.expected_kind = 'setup' then 0 else coalesce(lines.setup_amount, 0) end as setup_amount
    from pairs
    inner join {{ ref('int_charges__expected') }} as charges on pairs.expected_charge_id = charges.expected_charge_id
    inner join {{ ref('int_invoice_lines__judgeable') }} as lines
        on pairs.invoice_id = lines.invoice_id and pairs.line_number = lines.line_number
    left join {{ ref('int_currencies__listed') }} as currencies on charges.currency_code = currencies.currency_code
),

-- What a line charges without the setup costs that are matched on their own, and where each charge stands in it.
positions as (
    select
        *,
        count(*) over (partition by invoice_id, line_number) as pair_count,
        {{ unscaled(
            'cast(amount_excl_vat - case when bool_or(is_setup_within) over (partition by invoice_id, line_number)'
            ~ ' then setup_amount else 0 end as decimal(18, 4))'
        ) }} * {{ minor_units('decimals') }} // 10000 as rest_minor,
        {{ unscaled('cast(sum(expected_amount) over rest_so_far as decimal(18, 4))') }} as so_far,
        {{ unscaled('cast(sum(expected_amount) over rest as decimal(18, 4))') }} as whole,
        count(*) over rest = count(expected_amount) over rest as is_whole_known,
        row_number() over rest_so_far as position
    from amounts
    window
        rest as (partition by invoice_id, line_number, is_setup_within),
        rest_so_far as (
            partition by invoice_id, line_number, is_setup_within order by period_start, expected_charge_id
            rows between unbounded preceding and current row
        )
),

-- A line over several charges is parted like them; the rounded sums so far make the parts add up to the line.
shares as (
    select
        *,
        case
            when is_whole_known and whole > 0 then {{ divide_half_up('rest_minor * so_far', 'whole') }}
            else rest_minor
        end as minor_so_far
    from positions
),

parts as (
    select
        *,
        minor_so_far
        - coalesce(lag(minor_so_far) over (partition by invoice_id, line_number, is_setup_within order by position), 0)
            as part_minor
    from shares
),

paired_charges as (
    select
        invoice_id,
        line_number,
        expected_charge_id,
        match_rule,
        match_confidence,
        service_key,
        charge_kind,
        unit,
        period_start,
        period_end,
        expected_on,
        expected_quantity,
        expected_unit_price,
        expected_amount,
        currency_code,
        reason,
        is_partial,
        is_unproved,
        pair_count,
        is_setup_within,
        case
            when is_setup_within then cast(setup_amount as decimal(18, 4))
            when pair_count = 1 then amount_excl_vat
            else {{ minor_to_amount('part_minor', 'decimals') }}
        end as billed_amount
    from parts
)

select * from paired_charges
