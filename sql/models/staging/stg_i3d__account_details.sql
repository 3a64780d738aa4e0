with named_accounts as (
    select
        account_type,
        {{ blank_to_null('company_name') }} as company_name,
        {{ blank_to_null('first_name') }} as first_name,
        {{ blank_to_null('last_name') }} as last_name
    from {{ source('raw_i3d', 'account_details') }}
),

account_details as (
    select
        company_name,
        case account_type when 1 then 'Consumer' when 2 then 'Business' end as account_type,
        nullif(concat_ws(' ', first_name, last_name), '') as full_name
    from named_accounts
)

select * from account_details
