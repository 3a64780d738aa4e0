with locations as (
    select
        dc_location_id as location_id,
        {{ blank_to_null('dc_location_name') }} as location_name,
        country_name
    from {{ source('raw_i3d', 'ping_site_details') }}
)

select * from locations
