with charges as (
    select * from {{ ref('focus_cost_and_usage') }}
    where "x_InvoiceDetailId" is not null
),

invoices as (
    select * from {{ ref('int_focus_invoices__dated') }}
),

focus_invoice_detail as (
    select
        charges."BilledCost",
        charges."BillingAccountId",
        charges."BillingCurrency",
        charges."BillingPeriodEnd",
        charges."BillingPeriodStart",
        charges."ChargeCategory",
        cast(invoices.issued_on as timestamp) as "InvoiceDetailCreated",
        charges."ChargeDescription" as "InvoiceDetailDescription",
        cast(json_object('x_LineNumber', charges."x_LineNumber", 'x_ChargePart', charges."x_ChargePart") as json)
            as "InvoiceDetailGrain",
        charges."x_InvoiceDetailId" as "InvoiceDetailId",
        cast(invoices.issued_on as timestamp) as "InvoiceDetailLastUpdated",
        charges."InvoiceId",
        cast(invoices.printed_on as timestamp) as "InvoiceIssueDate",
        'Issued' as "InvoiceIssueStatus",
        charges."InvoiceIssuerName",
        charges."BillingCurrency" as "PaymentCurrency",
        charges."BilledCost" as "PaymentCurrencyBilledCost",
        charges."x_InvoiceDetailId" as "PaymentCurrencyInvoiceDetailId",
        cast(invoices.due_on as timestamp) as "PaymentDueDate",
        coalesce(
            coalesce(invoices.payment_term_days, invoices.due_on - invoices.printed_on) || ' days', 'not stated'
        ) as "PaymentTerms",
        charges."x_PurchaseOrder" as "PurchaseOrderNumber",
        coalesce(invoices.credited_invoice_id, charges."InvoiceId") as "ReferenceInvoiceId"
    from charges
    inner join invoices on charges."InvoiceId" = invoices.invoice_id
)

select * from focus_invoice_detail
order by "InvoiceDetailId"
