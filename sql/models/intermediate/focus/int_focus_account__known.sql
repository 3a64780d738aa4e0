with details as (
    select
        max(account_type) as account_type,
        coalesce(max(company_name), max(full_name)) as account_name
    from {{ ref('stg_i3d__account_details') }}
),

client_numbers as (
    select max(client_number) as client_number
    from {{ ref('stg_i3d__invoice_details') }}
),

account as (
    select
        client_numbers.client_number,
        details.account_name,
        details.account_type
    from client_numbers
    cross join details
)

select * from account
