with candidates as (
    select
        invoice_id,
        line_number,
        list(distinct service_key) filter (where match_rule = 'C3') as by_order,
        list(distinct service_key) filter (where match_rule = 'C4') as by_name
    from {{ ref('int_invoice_lines__candidates') }}
    group by invoice_id, line_number
),

-- The first rule with one candidate decides, unless the next one names other services.
matches as (
    select
        invoice_id,
        line_number,
        case
            when len(by_order) = 1 and coalesce(list_contains(by_name, by_order[1]), true) then by_order[1]
            when len(by_name) = 1 and coalesce(len(by_order), 0) != 1 then by_name[1]
        end as service_key
    from candidates
)

select * from matches
