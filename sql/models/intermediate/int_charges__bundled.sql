{{ config(materialized='table') }}

with lines as (
    select * from {{ ref('int_invoice_lines__judgeable') }}
    where
        service_key is null and not is_credit_line and amount_excl_vat > 0 and period_end is not null
        and not is_credited and repeated_invoice_id is null
),

charges as (
    select
        charges.*,
        split_part(charges.service_key, ':', 1) as service_type
    from {{ ref('int_charges__expected') }} as charges
    anti join {{ ref('int_charges__claimed') }} as claimed on charges.expected_charge_id = claimed.expected_charge_id
),

-- Groups of services that a line may charge together, always as a whole: those of which the provider says that the invoice is
-- about them, those of its order, those that its text names, and all of one type.
groups as (
    select distinct
        links.invoice_id,
        lines.line_number,
        'C1' as match_rule,
        links.service_key,
        links.service_type as group_name
    from {{ ref('int_service_invoices__linked') }} as links
    inner join lines on links.invoice_id = lines.invoice_id
    union all
    select
        invoice_id,
        line_number,
        match_rule,
        service_key,
        match_rule as group_name
    from {{ ref('int_invoice_lines__candidates') }}
    union all
    select
        lines.invoice_id,
        lines.line_number,
        'C5' as match_rule,
        services.service_key,
        services.service_type as group_name
    from lines
    cross join {{ ref('services') }} as services
    where lines.match_reason = 'no_candidate'
),

members as (
    select
        lines.invoice_id,
        lines.line_number,
        lines.amount_excl_vat,
        groups.match_rule,
        groups.group_name,
        charges.expected_charge_id,
        charges.amount,
        count(*) over group_of_line as member_count,
        count(charges.amount) over group_of_line as known_count,
        sum(charges.amount) over group_of_line as group_amount
    from lines
    inner join groups on lines.invoice_id = groups.invoice_id and lines.line_number = groups.line_number
    inner join charges
        on
            groups.service_key = charges.service_key
            and lines.currency_code = charges.currency_code
            and (lines.charge_kind = charges.charge_kind or lines.charge_kind = 'other')
            and lines.period_start <= charges.period_start
            and lines.period_end >= charges.period_end
    window
        group_of_line as (
            partition by lines.invoice_id, lines.line_number, groups.match_rule, groups.group_name, charges.charge_kind
        )
),

sums as (
    select
        *,
        min(match_rule) over (partition by invoice_id, line_number) as first_rule
    from members
    where known_count = member_count and group_amount = amount_excl_vat and member_count > 1
),

-- One charge of the same amount and period, where it has no rival on either side.
single_charges as (
    select
        lines.invoice_id,
        lines.line_number,
        lines.amount_excl_vat,
        charges.expected_charge_id
    from lines
    inner join charges
        on
            lines.currency_code = charges.currency_code
            and lines.amount_excl_vat = charges.amount
            and lines.period_start = charges.period_start
            and lines.period_end = charges.period_end
            and (lines.charge_kind = charges.charge_kind or lines.charge_kind = 'other')
    where lines.match_reason = 'no_candidate'
    qualify
        count(*) over (partition by lines.invoice_id, lines.line_number) = 1
        and count(*) over (partition by charges.expected_charge_id) = 1
),

pairs as (
    select
        invoice_id,
        line_number,
        amount_excl_vat,
        expected_charge_id,
        amount,
        match_rule
    from sums
    where match_rule = first_rule
    union all
    select
        singles.invoice_id,
        singles.line_number,
        singles.amount_excl_vat,
        singles.expected_charge_id,
        singles.amount_excl_vat as amount,
        'C5' as match_rule
    from single_charges as singles
    anti join sums on singles.invoice_id = sums.invoice_id and singles.line_number = sums.line_number
),

-- Two groups of the same sum, or two lines for the same charge, are not chosen between.
rivals as (
    select
        *,
        count(*) over (partition by expected_charge_id) as line_count,
        sum(amount) over (partition by invoice_id, line_number) as paired_amount
    from pairs
),

bundles as (
    select
        invoice_id,
        line_number,
        expected_charge_id,
        match_rule
    from rivals
    qualify max(line_count) over (partition by invoice_id, line_number) = 1 and paired_amount = amount_excl_vat
)

select * from bundles
