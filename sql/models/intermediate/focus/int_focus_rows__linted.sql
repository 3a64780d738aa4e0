with charges as (
    select
        *,
        "ChargeCategory" in ('Usage', 'Purchase') and "ChargeClass" is null as is_priced
    from {{ ref('focus_cost_and_usage') }}
),

tags as (
    select
        charges."x_RowId" as row_id,
        bool_or(pairs.type in ('OBJECT', 'ARRAY', 'NULL') or pairs.value = '""') as is_illegible
    from charges
    cross join lateral json_each(charges."Tags") as pairs
    where json_type(charges."Tags") = 'OBJECT'
    group by charges."x_RowId"
),

-- Rules of one row: each has a name that says what is wrong.
row_findings as (
    select
        charges."x_RowId" as row_id,
        unnest([
            {{ focus_row_rules() }}
        ]) as rule_name
    from charges
    left join tags on charges."x_RowId" = tags.row_id
),

invoices as (
    select
        "InvoiceId" as invoice_id,
        sum("BilledCost") as billed_amount,
        count(distinct "BillingCurrency") as currency_count,
        count(distinct "BillingPeriodStart") as period_count
    from charges
    where "InvoiceId" is not null
    group by "InvoiceId"
),

invoice_findings as (
    select
        known.invoice_id as row_id,
        unnest([
            case
                when coalesce(invoices.billed_amount, 0) != known.amount_incl_vat
                    then 'billed_cost_is_not_what_the_invoice_asks_for'
            end,
            case when invoices.currency_count > 1 then 'an_invoice_has_two_currencies' end,
            case when invoices.period_count > 1 then 'an_invoice_has_two_billing_periods' end
        ]) as rule_name
    from {{ ref('invoices') }} as known
    left join invoices on known.invoice_id = invoices.invoice_id
),

group_findings as (
    select
        "x_RowId" as row_id,
        'a_row_is_there_twice' as rule_name
    from charges
    group by "x_RowId"
    having count(*) > 1
    union all
    select
        "ServiceName" as row_id,
        'a_service_has_two_categories' as rule_name
    from charges
    group by "ServiceName"
    having count(distinct "ServiceCategory") > 1
    union all
    select
        "SkuPriceId" as row_id,
        'a_price_belongs_to_two_skus' as rule_name
    from charges
    where "SkuPriceId" is not null
    group by "SkuPriceId"
    having count(distinct "SkuId") > 1 or count(distinct "ListUnitPrice") > 1
    union all
    select
        min("x_RowId") as row_id,
        'what_a_line_costs_is_not_what_it_bills' as rule_name
    from charges
    where "InvoiceId" is not null
    group by "InvoiceId", "x_LineNumber"
    having sum("EffectiveCost") != sum("BilledCost")
    union all
    select
        accrued."x_RowId" as row_id,
        'an_accrued_charge_is_invoiced' as rule_name
    from charges as accrued
    inner join charges as invoiced
        on
            accrued."x_ServiceKey" = invoiced."x_ServiceKey"
            and accrued."x_ChargeKind" = invoiced."x_ChargeKind"
            and accrued."ChargePeriodStart" < invoiced."ChargePeriodEnd"
            and accrued."ChargePeriodEnd" > invoiced."ChargePeriodStart"
    where
        accrued."x_ChargePart" = 'accrual'
        and invoiced."x_ChargePart" in ('charge', 'setup')
        and invoiced."ChargeCategory" in ('Usage', 'Purchase')
),

findings as (
    select
        rule_name,
        row_id
    from row_findings
    where rule_name is not null
    union all
    select
        rule_name,
        row_id
    from invoice_findings
    where rule_name is not null
    union all
    select
        rule_name,
        row_id
    from group_findings
)

select * from findings
