{{ config(materialized='table') }}

with paying_lines as (
    select distinct
        invoice_id,
        line_number
    from {{ ref('int_line_charges__paired') }}
),

lines as (
    select
        lines.*,
        paying_lines.invoice_id is not null as has_charge
    from {{ ref('int_invoice_lines__judgeable') }} as lines
    left join paying_lines
        on lines.invoice_id = paying_lines.invoice_id and lines.line_number = paying_lines.line_number
    where
        lines.service_key is not null
        and lines.period_end is not null
        and lines.expected_kind != 'setup'
        and not lines.is_credit_line
        and not lines.is_credited
),

pairs as (
    select
        lines.invoice_id,
        lines.line_number,
        others.invoice_id as other_invoice_id,
        others.line_number as other_line_number,
        others.precedence,
        lines.has_charge,
        least(lines.period_end, others.period_end) - greatest(lines.period_start, others.period_start) as overlap_days,
        least(lines.period_end - lines.period_start, others.period_end - others.period_start) as shorter_days
    from lines
    inner join lines as others
        on
            lines.service_key = others.service_key
            and lines.expected_kind = others.expected_kind
            and lines.is_traffic = others.is_traffic
            and lines.period_start < others.period_end
            and lines.period_end > others.period_start
            and (lines.invoice_id != others.invoice_id or lines.line_number != others.line_number)
    -- Of two, the one is too much that pays for nothing; else the later one.
    where
        others.has_charge and not lines.has_charge
        or others.has_charge = lines.has_charge and others.precedence < lines.precedence
),

overlapping_lines as (
    select
        invoice_id,
        line_number,
        arg_min(other_invoice_id, precedence) as other_invoice_id,
        arg_min(other_line_number, precedence) as other_line_number,
        bool_or(
            not has_charge and invoice_id != other_invoice_id and 2 * overlap_days >= shorter_days
        ) as is_duplicate
    from pairs
    where overlap_days > {{ var('reconciliation_cutoff_days') }} or 2 * overlap_days >= shorter_days
    group by invoice_id, line_number
)

select * from overlapping_lines
