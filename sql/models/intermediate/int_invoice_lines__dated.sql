with lines as (
    select
        invoice_id,
        line_number,
        period_from_on,
        period_to_on,
        coalesce(period_from_on_raw, period_to_on_raw) as period_raw,
        coalesce(order_id, '') || '|' || description as subject
    from {{ ref('int_invoice_lines__signed') }}
),

starts as (
    select distinct
        subject,
        period_from_on
    from lines
),

-- What the line itself, and the line that follows it, say about the last day: whether it belongs to the period or not.
evidence as (
    select
        lines.*,
        lines.period_to_on >= lines.period_from_on and (
            lines.period_to_on = lines.period_from_on
            or (day(lines.period_from_on) = 1 and lines.period_to_on = last_day(lines.period_to_on))
            or next_days.subject is not null
        ) as is_inclusive,
        lines.period_to_on > lines.period_from_on and (
            (day(lines.period_from_on) = 1 and day(lines.period_to_on) = 1)
            or same_days.subject is not null
        ) as is_exclusive
    from lines
    left join starts as next_days
        on lines.subject = next_days.subject and lines.period_to_on + 1 = next_days.period_from_on
    left join starts as same_days
        on lines.subject = same_days.subject and lines.period_to_on = same_days.period_from_on
),

-- A line without evidence follows its invoice, and that the account.
scopes as (
    select
        *,
        bool_or(is_inclusive) over (partition by invoice_id) as has_inclusive,
        bool_or(is_exclusive) over (partition by invoice_id) as has_exclusive,
        bool_or(is_inclusive) over () as account_has_inclusive,
        bool_or(is_exclusive) over () as account_has_exclusive
    from evidence
),

conventions as (
    select
        *,
        case
            when is_inclusive or is_exclusive then {{ period_convention('is_inclusive', 'is_exclusive') }}
            when has_inclusive or has_exclusive then {{ period_convention('has_inclusive', 'has_exclusive') }}
            else {{ period_convention('account_has_inclusive', 'account_has_exclusive') }}
        end as period_convention
    from scopes
),

periods as (
    select
        invoice_id,
        line_number,
        period_from_on,
        period_to_on,
        period_raw,
        period_convention,
        case when period_to_on >= period_from_on or period_to_on is null then period_from_on end as period_start,
        case
            when period_to_on < period_from_on or period_from_on is null then null
            when period_convention = 'inclusive' then period_to_on + 1
            when period_convention = 'exclusive' then period_to_on
        end as period_end,
        case
            when period_raw is not null then 'period_unreadable'
            when period_from_on is null or period_to_on is null then 'period_missing'
            when period_to_on < period_from_on then 'period_reversed'
            when period_convention = 'mixed' then 'period_end_ambiguous'
            when period_convention is null then 'period_end_unproved'
        end as period_reason
    from conventions
)

select * from periods
