with offers as (
    select * from {{ source('raw_i3d', 'payment_preparation') }}
),

payment_preparation as (
    select
        {{ currency_code('currency') }} as currency_code,
        {{ minor_columns('total_amount', 'total') }},
        {{ minor_columns('account_credit', 'account_credit') }},
        coalesce(cast(json_extract_string(invoices_for_pay, '$[*].id') as varchar[]), []) as invoice_ids
    from offers
)

select * from payment_preparation
