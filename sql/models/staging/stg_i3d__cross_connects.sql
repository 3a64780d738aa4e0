with lines as (
    select * from {{ source('raw_i3d', 'cross_connects') }}
),

currencies as (
    select * from {{ ref('stg_i3d__currencies') }}
),

cross_connects as (
    select
        lines.id as cross_connect_id,
        {{ blank_to_null('lines.patch_customer_name') }} as customer_name,
        {{ blank_to_null('lines.patch_internal_name') }} as internal_name,
        {{ blank_to_null('lines.internal_id') }} as internal_id,
        lines.connectivity_type,
        nullif(lines.colocated_server_id, '0') as colocation_id,
        nullif(lines.host_id, '0') as dedicated_server_id,
        lines.location_id_side_a as location_a_id,
        {{ blank_to_null('lines.location_id_side_a_name') }} as location_a_name,
        lines.location_id_side_z as location_z_id,
        {{ blank_to_null('lines.location_id_side_z_name') }} as location_z_name,
        {{ date_columns('lines.go_live_date', 'live_on') }},
        {{ contract_columns('lines') }},
        lines.payment_term as payment_term_days,
        coalesce(currencies.currency_code, 'XXX') as currency_code,
        {{ cents_to_amount('lines.monthly_fee', 'currencies.minor_divisor') }} as monthly_price,
        {{ cents_to_amount('lines.setup_fee', 'currencies.minor_divisor') }} as setup_amount,
        {{ blank_to_null('lines.setup_fee') }} is not null and try_cast(lines.setup_fee as decimal(18, 6)) is null
            as has_illegible_setup,
        {{ billing_type('lines.bandwidth_billing_type') }} as bandwidth_billing_type,
        lines.uplinks,
        {{ seen_columns('lines') }}
    from lines
    left join currencies on lines.currency_id = currencies.currency_id
)

select * from cross_connects
