{{ config(materialized='table') }}

with lines as (
    select * from {{ ref('int_invoice_lines__judgeable') }}
    where service_key is not null and not is_credit_line
),

charges as (
    select * from {{ ref('int_charges__expected') }}
),

spans as (
    select
        lines.invoice_id,
        lines.line_number,
        lines.is_set_aside,
        lines.match_rule,
        lines.precedence,
        lines.amount_excl_vat,
        charges.expected_charge_id,
        charges.charge_kind,
        charges.period_start,
        charges.amount,
        charges.period_end - charges.period_start as charge_days,
        least(lines.search_end, charges.period_end) - greatest(lines.search_start, charges.period_start) as overlap_days
    from lines
    inner join charges
        on
            lines.service_key = charges.service_key
            and lines.currency_code = charges.currency_code
            and lines.expected_kind = charges.charge_kind
            and lines.search_start < charges.period_end
            and lines.search_end > charges.period_start
    where charges.charge_kind != 'usage' or lines.is_traffic = (charges.unit = 'GB')
),

-- A line pays for the charges of which it covers half or more; one that covers less of any, for that of which it covers most.
period_claims as (
    select
        *,
        sum(amount) over (partition by invoice_id, line_number) = amount_excl_vat as is_exact
    from spans
    qualify
        2 * overlap_days >= charge_days
        or row_number() over (
            partition by invoice_id, line_number order by -overlap_days, period_start, expected_charge_id
        ) = 1
        and max(2 * overlap_days - charge_days) over (partition by invoice_id, line_number) < 0
),

-- A line without any period can only be told by its amount.
undated_claims as (
    select
        lines.invoice_id,
        lines.line_number,
        lines.is_set_aside,
        lines.match_rule,
        lines.precedence,
        charges.expected_charge_id,
        true as is_exact
    from lines
    inner join charges
        on
            lines.service_key = charges.service_key
            and lines.currency_code = charges.currency_code
            and lines.expected_kind = charges.charge_kind
            and lines.amount_excl_vat = charges.amount
            and abs(lines.issued_on - charges.expected_on) <= 15
    where lines.search_start is null
    qualify row_number() over (
        partition by lines.invoice_id, lines.line_number
        order by abs(lines.issued_on - charges.expected_on), charges.period_start, charges.expected_charge_id
    ) = 1
),

-- Setup costs may stand on a line of their own or within the first one.
setup_claims as (
    select
        lines.invoice_id,
        lines.line_number,
        lines.is_set_aside,
        lines.match_rule,
        lines.precedence,
        charges.expected_charge_id,
        coalesce(lines.setup_amount, lines.amount_excl_vat) = charges.amount as is_exact
    from lines
    inner join charges on lines.service_key = charges.service_key and lines.currency_code = charges.currency_code
    where charges.charge_kind = 'setup' and (lines.expected_kind = 'setup' or lines.setup_amount > 0)
),

claims as (
    select
        invoice_id,
        line_number,
        is_set_aside,
        match_rule,
        precedence,
        expected_charge_id,
        is_exact
    from period_claims
    union all
    select * from undated_claims
    union all
    select * from setup_claims
),

-- Each charge is paid by one line: of several, by one that agrees with it, then by what found it.
claimed_charges as (
    select
        invoice_id,
        line_number,
        expected_charge_id
    from claims
    qualify row_number() over (
        partition by expected_charge_id order by is_set_aside, if(is_exact, 0, 1), match_rule, precedence
    ) = 1
)

select * from claimed_charges
