with lines as (
    select
        *,
        {{ searchable("concat_ws(' ', description, remarks)") }} as line_words
    from {{ ref('int_invoice_lines__signed') }}
),

rules as (
    {{ charge_kind_rules() }}
),

first_rules as (
    select
        lines.invoice_id,
        lines.line_number,
        arg_min(rules.charge_kind, rules.priority) as charge_kind
    from lines
    inner join rules on regexp_matches(lines.line_words, ' (' || rules.words || ') ')
    group by lines.invoice_id, lines.line_number
),

kinds as (
    select
        lines.invoice_id,
        lines.line_number,
        case
            -- Nothing but setup costs: no word is needed.
            when lines.setup_minor = lines.excl_minor and lines.setup_minor != 0 then 'setup'
            else coalesce(first_rules.charge_kind, 'other')
        end as charge_kind
    from lines
    left join first_rules
        on lines.invoice_id = first_rules.invoice_id and lines.line_number = first_rules.line_number
)

select * from kinds
