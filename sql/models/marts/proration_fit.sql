with conventions as (
    select distinct
        service_key,
        convention,
        active_start,
        active_end,
        currency_code,
        sum(amount) over (partition by service_key, convention, active_start, active_end, currency_code) as amount
    from {{ ref('int_recurring_parts__prorated') }}
    where not is_whole
),

lines as (
    select * from {{ ref('int_invoice_lines__described') }}
    where expected_kind = 'recurring' and amount_excl_vat > 0
),

currencies as (
    select * from {{ ref('int_currencies__listed') }}
),

tries as (
    select
        conventions.convention,
        coalesce(
            abs(lines.amount_excl_vat - coalesce(lines.setup_amount, 0) - conventions.amount)
            <= {{ minor_to_amount('1', 'currencies.decimals') }},
            false
        ) as is_explained
    from lines
    inner join conventions
        on
            lines.service_key = conventions.service_key
            and lines.currency_code = conventions.currency_code
            and lines.period_start = conventions.active_start
            and lines.period_end = conventions.active_end
    left join currencies on conventions.currency_code = currencies.currency_code
),

invoices as (
    select count(*) as invoice_count from {{ ref('int_invoices__headers') }}
),

counts as (
    select
        known.convention,
        count(tries.convention) as partial_line_count,
        count(*) filter (where tries.is_explained) as explained_line_count
    from (values ('actual'), ('actual30'), ('strict30'), ('none')) as known (convention)
    inner join invoices on invoices.invoice_count > 0
    left join tries on known.convention = tries.convention
    group by known.convention
),

verdicts as (
    select
        *,
        partial_line_count > 0 and explained_line_count = partial_line_count as is_fitting,
        count(*) filter (where partial_line_count > 0 and explained_line_count = partial_line_count) over () as fitting_count,
        bool_or(
            convention = '{{ var("proration") }}' and partial_line_count > 0 and explained_line_count = partial_line_count
        ) over () as is_default_fitting
    from counts
),

-- Only a convention that alone explains every line replaces the one of the settings.
proration_fit as (
    select
        convention,
        partial_line_count,
        explained_line_count,
        case
            when fitting_count = 1 and not is_default_fitting then is_fitting
            else convention = '{{ var("proration") }}'
        end as is_used,
        case
            when partial_line_count = 0 then 'no_partial_line'
            when fitting_count = 0 then 'none_explains_all'
            when fitting_count > 1 then 'several_explain_all'
        end as reason,
        '{{ var("proration") }}' as proration
    from verdicts
)

select * from proration_fit
order by convention
