{{ config(materialized='table') }}

with lines as (
    select * from {{ ref('int_invoice_lines__judgeable') }}
),

charges as (
    select * from {{ ref('int_charges__expected') }}
),

services as (
    select * from {{ ref('services') }}
),

spans as (
    select * from {{ ref('int_recurring_services__spanned') }}
),

-- What would be expected of the line's service, kind and period, whatever the currency.
currencies as (
    select
        lines.invoice_id,
        lines.line_number,
        bool_or(charges.currency_code = lines.currency_code) as has_same_currency,
        min(charges.currency_code) filter (where charges.currency_code != lines.currency_code) as other_currency_code
    from lines
    inner join charges
        on
            lines.service_key = charges.service_key
            and lines.expected_kind = charges.charge_kind
            and lines.search_start < charges.period_end
            and lines.search_end > charges.period_start
    group by lines.invoice_id, lines.line_number
),

setups as (
    select
        service_key,
        arg_min(invoice_id, precedence) as invoice_id,
        arg_min(line_number, precedence) as line_number
    from lines
    where (expected_kind = 'setup' or setup_amount > 0) and not is_credit_line and not is_credited
    group by service_key
),

quiet_months as (
    select
        service_key,
        month
    from {{ ref('bandwidth_by_service_month') }}
    where billing_type = 'unmetered' or (overuse_quantity = 0 and is_billing_grade)
),

used_months as (
    select distinct month from {{ ref('flexmetal_usage_by_server_month') }}
),

expected_rates as (
    select
        rate_pct,
        coalesce(valid_from, date '0001-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from {{ ref('vat_rates') }}
    where rate_pct is not null
),

-- Lines with a rate that the settings do not expect; none is a rate of its own, that of reverse charge.
unexpected_rates as (
    select
        lines.invoice_id,
        lines.line_number
    from lines
    where
        lines.vat_rate_pct > 0
        and exists (select 1 from expected_rates)
        and not exists (
            select 1 from expected_rates
            where
                expected_rates.rate_pct = lines.vat_rate_pct
                and coalesce(lines.issued_on >= expected_rates.valid_from and lines.issued_on < expected_rates.valid_to, true)
        )
),

vat_checks as (
    select
        invoice_id,
        line_number
    from {{ ref('int_invoice_checks__lines') }}
    where check_id = 'A2' and status = 'fail'
    union
    select * from unexpected_rates
),

doubts as (
    select
        lines.invoice_id,
        lines.line_number,
        services.starts_on,
        services.cancelled_on,
        vat_checks.invoice_id is not null as is_vat_wrong,
        coalesce(currencies.other_currency_code, nullif(services.currency_code, 'XXX')) as service_currency_code,
        not coalesce(currencies.has_same_currency, false)
        and coalesce(currencies.other_currency_code, nullif(services.currency_code, 'XXX'), lines.currency_code)
        != lines.currency_code as is_currency_wrong,
        -- Setup costs stood on an earlier line, or the service began before anything was billed, or months ago.
        setups.invoice_id is not null and (
            setups.invoice_id != lines.invoice_id or setups.line_number != lines.line_number
            or coalesce(coalesce(lines.search_start, lines.issued_on) > services.starts_on + 92, false)
            or coalesce(services.starts_on < spans.begins_on - 92, false)
        ) as is_setup_repeated,
        setups.invoice_id as setup_invoice_id,
        coalesce(quiet_months.month, case when lines.charge_kind = 'usage' then used_months.month end) is not null
        and services.service_key is not null as is_nothing_measured
    from lines
    left join services on lines.service_key = services.service_key
    left join spans on lines.service_key = spans.service_key
    left join currencies on lines.invoice_id = currencies.invoice_id and lines.line_number = currencies.line_number
    left join setups
        on
            lines.service_key = setups.service_key
            and (lines.expected_kind = 'setup' or lines.setup_amount > 0)
            and not lines.is_credit_line
    left join quiet_months
        on
            lines.service_key = quiet_months.service_key
            and {{ month_of('lines.search_start') }} = quiet_months.month
            and lines.expected_kind = 'bandwidth_overuse'
    left join used_months on {{ month_of('lines.search_start') }} = used_months.month and lines.expected_kind = 'usage'
    left join vat_checks on lines.invoice_id = vat_checks.invoice_id and lines.line_number = vat_checks.line_number
)

select * from doubts
