with offers as (
    select
        location_id,
        id as instance_type_id,
        {{ blank_to_null('name') }} as instance_type,
        {{ utc('observed_at') }} as observed_at
    from {{ source('raw_i3d', 'flexmetal_instance_types_observations') }}
)

select * from offers
