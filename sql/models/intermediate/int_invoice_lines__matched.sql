with lines as (
    select
        invoice_id,
        line_number
    from {{ ref('int_invoice_lines__signed') }}
),

counted_candidates as (
    select
        invoice_id,
        line_number,
        count(distinct service_key) as candidate_count,
        list(distinct service_key) filter (where match_rule = 'C3') as by_order,
        list(distinct service_key) filter (where match_rule = 'C4') as by_name
    from {{ ref('int_invoice_lines__candidates') }}
    group by invoice_id, line_number
),

-- The first rule with one candidate decides, unless the next one names other services.
verdicts as (
    select
        lines.invoice_id,
        lines.line_number,
        coalesce(candidates.candidate_count, 0) as candidate_count,
        case
            when len(candidates.by_order) = 1 and coalesce(list_contains(candidates.by_name, candidates.by_order[1]), true)
                then 'C3'
            when len(candidates.by_name) = 1 and coalesce(len(candidates.by_order), 0) != 1 then 'C4'
        end as match_rule,
        candidates.by_order[1] as service_by_order,
        candidates.by_name[1] as service_by_name
    from lines
    left join counted_candidates as candidates
        on lines.invoice_id = candidates.invoice_id and lines.line_number = candidates.line_number
),

matches as (
    select
        invoice_id,
        line_number,
        case match_rule when 'C3' then service_by_order when 'C4' then service_by_name end as service_key,
        match_rule,
        case match_rule when 'C3' then 'strong' when 'C4' then 'medium' end as match_confidence,
        case
            when match_rule is not null then null
            when candidate_count > 0 then 'ambiguous_match'
            else 'no_candidate'
        end as match_reason,
        candidate_count
    from verdicts
)

select * from matches
