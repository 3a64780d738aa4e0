with servers as (
    select * from {{ source('raw_i3d', 'dedicated_servers') }}
),

currencies as (
    select * from {{ ref('stg_i3d__currencies') }}
),

dedicated_servers as (
    select
        servers.id as dedicated_server_id,
        servers.server_id,
        {{ blank_to_null('servers.server_name') }} as server_name,
        {{ blank_to_null('servers.client_server_name') }} as client_server_name,
        servers.live_host_name,
        {{ blank_to_null('servers.project_name') }} as project_name,
        servers.category,
        servers.instance_type,
        servers.server_type,
        coalesce(servers.server_type = 2, false) as is_flexmetal_host,
        {{ blank_to_null('servers.fm_order_id') }} as flexmetal_order_id,
        servers.status,
        servers.os_id,
        servers.location_id as legacy_location_id,
        servers.dc_location_id as location_id,
        servers.rack_name,
        {{ blank_to_null('servers.service_tag') }} as service_tag,
        {{ contract_columns('servers') }},
        servers.payment_term as invoice_lead_days,
        coalesce(currencies.currency_code, 'XXX') as currency_code,
        {{ cents_to_amount('servers.price_per_month', 'currencies.minor_divisor') }} as monthly_price,
        {{ cents_to_amount('servers.price_per_tb_overuse', 'currencies.minor_divisor', scale=6) }} as price_per_tb_overuse,
        {{ bandwidth_columns('servers') }},
        coalesce(servers.free_incoming_traffic, false) as has_free_ingress,
        servers.uplinks,
        {{ seen_columns('servers') }}
    from servers
    left join currencies on servers.currency_id = currencies.currency_id
)

select * from dedicated_servers
