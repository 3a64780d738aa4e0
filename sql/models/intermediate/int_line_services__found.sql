{{ config(materialized='table') }}

with lines as (
    select * from {{ ref('int_invoice_lines__described') }}
),

charges as (
    select * from {{ ref('int_charges__expected') }}
),

found as (
    select
        *,
        count(*) over (partition by invoice_id, line_number, service_key) = 2 as is_agreed
    from {{ ref('int_invoice_lines__candidates') }}
),

-- Where an order and the text agree on services, no others are candidates.
named as (
    select *
    from found
    qualify is_agreed or not bool_or(is_agreed) over (partition by invoice_id, line_number)
),

links as (
    select distinct
        invoice_id,
        service_key
    from {{ ref('int_service_invoices__linked') }}
),

-- What is expected of each service while the line's period lasts, of the line's kind.
linked_charges as (
    select
        lines.invoice_id,
        lines.line_number,
        links.service_key,
        sum(charges.amount) = lines.amount_excl_vat
        and min(charges.period_start) = lines.period_start
        and max(charges.period_end) = lines.period_end as is_exact
    from lines
    inner join links on lines.invoice_id = links.invoice_id
    inner join charges
        on
            links.service_key = charges.service_key
            and lines.expected_kind = charges.charge_kind
            and lines.search_start < charges.period_end
            and lines.search_end > charges.period_start
    group by
        lines.invoice_id, lines.line_number, lines.amount_excl_vat, lines.period_start, lines.period_end, links.service_key
),

-- A text that names services, or an order of theirs, leaves no room for others.
linked_candidates as (
    select
        linked_charges.*,
        true as is_expected
    from linked_charges
    where not exists (
        select 1 from named
        where named.invoice_id = linked_charges.invoice_id and named.line_number = linked_charges.line_number
    )
    or exists (
        select 1 from named
        where
            named.invoice_id = linked_charges.invoice_id and named.line_number = linked_charges.line_number
            and named.service_key = linked_charges.service_key
    )
),

named_candidates as (
    select
        named.invoice_id,
        named.line_number,
        named.service_key,
        named.match_rule,
        count(charges.expected_charge_id) > 0 as is_expected
    from named
    inner join lines on named.invoice_id = lines.invoice_id and named.line_number = lines.line_number
    left join charges
        on
            named.service_key = charges.service_key
            and lines.currency_code = charges.currency_code
            and lines.search_start < charges.period_end
            and lines.search_end > charges.period_start
            and (lines.charge_kind = 'other' or lines.charge_kind = charges.charge_kind or charges.charge_kind = 'usage')
    group by named.invoice_id, named.line_number, named.service_key, named.match_rule
),

candidates as (
    select
        invoice_id,
        line_number,
        service_key,
        'C1' as match_rule,
        is_expected
    from linked_candidates
    where is_exact
    union all
    select
        invoice_id,
        line_number,
        service_key,
        'C2' as match_rule,
        is_expected
    from linked_candidates
    union all
    select
        invoice_id,
        line_number,
        service_key,
        match_rule,
        is_expected
    from named_candidates
),

-- Of the services that a rule finds, those that are charged so in that period come first.
rule_results as (
    select
        invoice_id,
        line_number,
        match_rule,
        list(distinct service_key order by service_key) as all_services,
        list(distinct service_key order by service_key) filter (where is_expected) as expected_services
    from candidates
    group by invoice_id, line_number, match_rule
),

rule_verdicts as (
    select
        *,
        case
            when len(expected_services) = 1 then expected_services[1]
            when expected_services is null and len(all_services) = 1 then all_services[1]
        end as service_key
    from rule_results
),

counted_candidates as (
    select
        invoice_id,
        line_number,
        min(match_rule) filter (where service_key is not null) as match_rule,
        arg_min(service_key, match_rule) filter (where service_key is not null) as service_key,
        any_value(all_services) filter (where match_rule = 'C3') as ordered_services,
        any_value(all_services) filter (where match_rule = 'C4') as named_services,
        list_sort(list_distinct(flatten(list(all_services)))) as all_services
    from rule_verdicts
    group by invoice_id, line_number
),

found_services as (
    select
        lines.invoice_id,
        lines.line_number,
        candidates.invoice_id is not null as has_candidates,
        -- Neither an order nor a text is believed where they speak of different services.
        case
            when coalesce(list_has_any(candidates.ordered_services, candidates.named_services), true) then candidates.match_rule
        end as match_rule,
        candidates.service_key,
        candidates.all_services,
        lines.expected_kind,
        lines.search_start,
        lines.search_end
    from lines
    left join counted_candidates as candidates
        on lines.invoice_id = candidates.invoice_id and lines.line_number = candidates.line_number
),

-- A choice among several candidates does not stand where a line with other candidates may claim the same.
contested_lines as (
    select distinct
        choices.invoice_id,
        choices.line_number
    from found_services as choices
    inner join found_services as rivals
        on
            list_contains(rivals.all_services, choices.service_key)
            and choices.expected_kind = rivals.expected_kind
            and choices.search_start < rivals.search_end
            and choices.search_end > rivals.search_start
            and choices.all_services != rivals.all_services
    where len(choices.all_services) > 1
),

settled_services as (
    select
        found_services.invoice_id,
        found_services.line_number,
        found_services.has_candidates,
        found_services.service_key,
        case when contested_lines.invoice_id is null then found_services.match_rule end as match_rule
    from found_services
    left join contested_lines
        on found_services.invoice_id = contested_lines.invoice_id and found_services.line_number = contested_lines.line_number
),

line_services as (
    select
        invoice_id,
        line_number,
        case when match_rule is not null then service_key end as service_key,
        match_rule,
        case match_rule when 'C1' then 'exact' when 'C2' then 'strong' when 'C3' then 'strong' when 'C4' then 'medium' end
            as match_confidence,
        case
            when match_rule is not null then null
            when has_candidates then 'ambiguous_match'
            else 'no_candidate'
        end as match_reason
    from settled_services
)

select * from line_services
