with clock as (
    select * from {{ ref('int_clock__read') }}
),

periods as (
    select distinct
        "BillingPeriodStart" as period_start,
        "BillingPeriodEnd" as period_end,
        "InvoiceIssuerName" as issuer_name
    from {{ ref('focus_cost_and_usage') }}
),

focus_billing_period as (
    select
        periods.period_start as "BillingPeriodCreated",
        periods.period_end as "BillingPeriodEnd",
        greatest(periods.period_start, least(periods.period_end, clock.as_of)) as "BillingPeriodLastUpdated",
        periods.period_start as "BillingPeriodStart",
        case when periods.period_end <= clock.as_of then 'Closed' else 'Open' end as "BillingPeriodStatus",
        periods.issuer_name as "InvoiceIssuerName"
    from periods
    cross join clock
)

select * from focus_billing_period
order by "BillingPeriodStart"
