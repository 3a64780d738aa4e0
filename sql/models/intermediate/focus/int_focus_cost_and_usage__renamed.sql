with cost_and_usage as (
    select
        "ProviderName" as "HostProviderName",
        "x_InvoiceDetailId" as "InvoiceDetailId",
        "ProviderName" as "ServiceProviderName",
        * exclude ("ProviderName", "PublisherName", "x_InvoiceDetailId")
    from {{ ref('focus_cost_and_usage') }}
)

select * from cost_and_usage -- noqa: AM04
