with invoices as (
    select * from {{ ref('invoices') }}
),

invoice_ageing as (
    select
        currency_code,
        coalesce(ageing_bucket, 'unknown') as ageing_bucket,
        count(*) as invoice_count,
        cast(sum(open_amount) as decimal(18, 4)) as open_amount,
        cast(sum(unapplied_amount) as decimal(18, 4)) as unapplied_amount,
        count(*) - count(open_amount) as unknown_count,
        min(due_on) filter (where open_amount > 0) as earliest_due_on
    from invoices
    group by currency_code, coalesce(ageing_bucket, 'unknown')
)

select * from invoice_ageing
order by currency_code, ageing_bucket
