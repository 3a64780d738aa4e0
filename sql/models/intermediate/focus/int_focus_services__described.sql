with services as (
    select * from {{ ref('services') }}
),

places as (
    select
        'dedicated_server:' || dedicated_server_id as service_key,
        {{ blank_to_null('location_id') }} as location_id,
        {{ blank_to_null('instance_type') }} as instance_type,
        {{ blank_to_null('category') }} as category,
        rack_name,
        contract_months
    from {{ ref('stg_i3d__dedicated_servers') }}
    union all by name
    select
        'colocation:' || colocation_id as service_key,
        rack_name,
        contract_months
    from {{ ref('stg_i3d__colocations') }}
    union all by name
    select
        'cross_connect:' || cross_connect_id as service_key,
        {{ blank_to_null('location_a_id') }} as location_id,
        contract_months
    from {{ ref('stg_i3d__cross_connects') }}
    union all by name
    select
        'flexmetal_server:' || flexmetal_server_id as service_key,
        {{ blank_to_null('location_id') }} as location_id,
        {{ blank_to_null('instance_type') }} as instance_type
    from {{ ref('int_flexmetal_servers__known') }}
),

-- A code that two locations share names none.
locations as (
    select
        location_id,
        display_name,
        case when count(*) over (partition by short_name) = 1 then short_name end as short_name,
        count(*) over (partition by display_name) as namesake_count
    from {{ ref('stg_i3d__flexmetal_locations') }}
),

described_services as (
    select
        services.service_key,
        services.service_type,
        services.service_name,
        services.project_name,
        places.instance_type,
        places.category,
        places.rack_name,
        case when places.contract_months between 1 and 1200 then places.contract_months end as contract_months,
        'i3d:' || case services.service_type
            when 'dedicated_server' then 'host'
            when 'cross_connect' then 'crossconnect'
            when 'flexmetal_server' then 'flexmetal'
            else services.service_type
        end || ':' || services.service_id as resource_id,
        coalesce(locations.short_name, places.location_id, services.location) as region_id,
        coalesce(locations.display_name, services.location, places.location_id) as region_name
    from services
    left join places on services.service_key = places.service_key
    left join locations
        on
            places.location_id = locations.location_id
            or (places.location_id is null and services.location = locations.display_name and locations.namesake_count = 1)
)

select * from described_services
