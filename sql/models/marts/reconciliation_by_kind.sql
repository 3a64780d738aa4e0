{% set units = var('reconciliation_tolerance_units') ~ ' smallest unit of the currency' %}
{% set money = units ~ ', ' ~ var('reconciliation_tolerance_pct') ~ ' %' %}
{% set usage = money ~ ', ' ~ var('reconciliation_usage_pct') ~ ' %' %}
{% set traffic = var('reconciliation_usage_gb') ~ ' GB, ' ~ var('reconciliation_usage_mbit') ~ ' Mbit/s' %}

with findings as (
    select
        *,
        case
            when code in ('matched', 'matched_within_tolerance', 'timing_difference', 'not_yet_due') then 'settled'
            when code in ('unpriced', 'not_proved') then 'unknown'
            else 'wrong'
        end as outcome
    from {{ ref('invoice_reconciliation') }}
),

reconciliation_by_kind as (
    select
        charge_kind,
        currency_code,
        count(*) as row_count,
        count(*) filter (where outcome = 'settled') as settled_count,
        count(*) filter (where outcome = 'unknown') as unknown_count,
        count(*) filter (where outcome = 'wrong') as finding_count,
        cast(sum(billed_amount) as decimal(18, 4)) as billed_amount,
        cast(sum(abs(variance_amount)) filter (where outcome = 'wrong') as decimal(18, 4)) as finding_amount,
        count(*) filter (where code = 'matched_within_tolerance') as forgiven_count,
        cast(sum(tolerance_amount) as decimal(18, 4)) as forgiven_amount,
        case charge_kind
            when 'power' then '{{ usage }}, {{ var("reconciliation_usage_kwh") }} kWh'
            when 'bandwidth_overuse' then '{{ usage }}, {{ traffic }}'
            when 'usage' then '{{ money }}, {{ var("reconciliation_usage_hours") }} h'
            else '{{ money }}'
        end as tolerance
    from findings
    group by charge_kind, currency_code
)

select * from reconciliation_by_kind
order by charge_kind, currency_code
