with flexmetal_locations as (
    select
        id as location_id,
        {{ blank_to_null('short_name') }} as short_name,
        coalesce({{ blank_to_null('display_name') }}, {{ blank_to_null('name') }}) as display_name
    from {{ source('raw_i3d', 'flexmetal_locations') }}
)

select * from flexmetal_locations
