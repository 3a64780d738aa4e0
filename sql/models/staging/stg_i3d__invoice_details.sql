with documents as (
    select * from {{ source('raw_i3d', 'invoice_details') }}
),

invoice_details as (
    select
        id as invoice_id,
        {{ blank_to_null('invoice_number') }} as invoice_number,
        {{ blank_to_null('client_number') }} as client_number,
        {{ date_columns('creation_date', 'issued_on') }},
        {{ date_columns('due_date', 'due_on') }},
        {{ from_unix('payment_date') }} as paid_at,
        payment_status,
        {{ blank_to_null("company_details ->> '$.name'") }} as issuer_name,
        -- A term that no date could bear is none.
        cast(case when payment_term between 0 and 36500 then payment_term end as integer) as payment_term_days,
        {{ credit_flag('is_credit') }} as is_credit,
        {{ blank_to_null('currency') }} as currency_name,
        {{ currency_code('currency') }} as currency_code,
        cast(vat_percentage as decimal(18, 6)) as vat_pct,
        {{ minor_columns('vat_amount', 'vat') }},
        {{ minor_columns('amount_excl_vat', 'excl') }},
        {{ minor_columns('amount_inc_vat', 'incl') }}
    from documents
)

select * from invoice_details
