with clock as (
    select * from {{ ref('int_clock__read') }}
),

dedicated_servers as (
    select
        'dedicated_server' as service_type,
        servers.dedicated_server_id as service_id,
        coalesce(servers.client_server_name, servers.server_name) as service_name,
        locations.location_name as location,
        servers.project_name,
        servers.purchase_order,
        servers.currency_code,
        servers.monthly_price,
        servers.starts_on,
        servers.paid_until_on,
        servers.contract_ends_on,
        servers.cancelled_on,
        servers.is_deleted,
        servers.first_seen_at,
        servers.last_seen_at
    from {{ ref('stg_i3d__dedicated_servers') }} as servers
    left join {{ ref('stg_i3d__locations') }} as locations on servers.location_id = locations.location_id
    where not servers.is_flexmetal_host
),

colocations as (
    select
        'colocation' as service_type,
        colocation_id as service_id,
        colocation_name as service_name,
        coalesce(city, datacenter_name) as location,
        purchase_order,
        currency_code,
        monthly_price,
        starts_on,
        paid_until_on,
        contract_ends_on,
        cancelled_on,
        is_deleted,
        first_seen_at,
        last_seen_at
    from {{ ref('stg_i3d__colocations') }}
),

cross_connects as (
    select
        'cross_connect' as service_type,
        cross_connect_id as service_id,
        coalesce(customer_name, internal_name) as service_name,
        location_a_name as location,
        purchase_order,
        currency_code,
        monthly_price,
        starts_on,
        paid_until_on,
        contract_ends_on,
        cancelled_on,
        is_deleted,
        first_seen_at,
        last_seen_at
    from {{ ref('stg_i3d__cross_connects') }}
),

flexmetal_servers as (
    select
        'flexmetal_server' as service_type,
        flexmetal_server_id as service_id,
        server_name as service_name,
        location_name as location,
        'XXX' as currency_code,
        {{ billing_date('delivered_at') }} as starts_on,
        {{ billing_date('released_at') }} as cancelled_on,
        is_deleted,
        first_seen_at,
        last_seen_at
    from {{ ref('int_flexmetal_servers__known') }}
),

all_services as (
    select * from dedicated_servers
    union all by name
    select * from colocations
    union all by name
    select * from cross_connects
    union all by name
    select * from flexmetal_servers
),

services as (
    select
        all_services.service_type || ':' || all_services.service_id as service_key,
        all_services.service_type,
        all_services.service_id,
        all_services.service_name,
        all_services.location,
        all_services.project_name,
        all_services.purchase_order,
        all_services.currency_code,
        all_services.monthly_price,
        all_services.starts_on,
        all_services.paid_until_on,
        all_services.contract_ends_on,
        all_services.cancelled_on,
        -- A contract without a legible start runs; an on-demand server without one has not been delivered.
        not all_services.is_deleted
        and coalesce(all_services.starts_on <= clock.as_of_on, all_services.service_type != 'flexmetal_server')
        and coalesce(all_services.cancelled_on > clock.as_of_on, true) as is_active,
        all_services.is_deleted,
        all_services.first_seen_at,
        all_services.last_seen_at
    from all_services
    cross join clock
)

select * from services
