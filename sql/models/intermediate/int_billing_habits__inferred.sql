with invoices as (
    select min(issued_on) as began_on
    from {{ ref('int_invoices__headers') }}
),

lines as (
    select
        lines.expected_kind,
        lines.issued_on,
        lines.period_start,
        lines.period_end,
        services.service_type
    from {{ ref('int_invoice_lines__described') }} as lines
    inner join {{ ref('services') }} as services on lines.service_key = services.service_key
    where
        lines.amount_excl_vat > 0
        and not lines.is_credit_line
        and lines.issued_on is not null
        and coalesce(lines.period_start >= services.starts_on, lines.period_start is not null)
),

-- Every kind of every type of service, also what was never billed.
charges as (
    select
        known.service_type,
        kinds.charge_kind
    from (values ('dedicated_server'), ('colocation'), ('cross_connect'), ('flexmetal_server')) as known (service_type)
    cross join (values ('recurring'), ('power'), ('bandwidth_overuse'), ('usage')) as kinds (charge_kind)
),

observed_habits as (
    select
        service_type,
        expected_kind as charge_kind,
        min(period_start) as first_period_on,
        quantile_disc(period_start - issued_on, 0.5) as days_ahead,
        quantile_disc(issued_on - period_end, 0.5) as days_behind
    from lines
    group by service_type, expected_kind
),

habits as (
    select
        charges.service_type,
        charges.charge_kind,
        -- No line reaches further back than the month before the first invoice, whatever its period says.
        case
            when observed_habits.first_period_on is not null
                then greatest(observed_habits.first_period_on, {{ month_of(add_months('invoices.began_on', -1)) }})
            when charges.charge_kind = 'recurring' then invoices.began_on
            else {{ month_of('invoices.began_on') }}
        end as begins_on,
        cast(least(greatest(coalesce(observed_habits.days_ahead, 0), 0), 92) as integer) as days_ahead,
        cast(least(greatest(coalesce(observed_habits.days_behind, 0), 0), 92) as integer) as days_behind
    from charges
    cross join invoices
    left join observed_habits
        on charges.service_type = observed_habits.service_type and charges.charge_kind = observed_habits.charge_kind
    where invoices.began_on is not null
)

select * from habits
