with services as (
    select * from {{ ref('services') }}
),

purchase_orders as (
    select
        'purchase_order' as dimension,
        service_key,
        purchase_order as dimension_value
    from services
    where purchase_order is not null
),

projects as (
    select
        'project' as dimension,
        service_key,
        project_name as dimension_value
    from services
    where project_name is not null
),

locations as (
    select
        'location' as dimension,
        service_key,
        location as dimension_value
    from services
    where location is not null
),

service_types as (
    select
        'service_type' as dimension,
        service_key,
        service_type as dimension_value
    from services
),

labels as (
    select
        'label:' || label_key as dimension,
        'dedicated_server:' || dedicated_server_id as service_key,
        label_value as dimension_value
    from {{ ref('stg_i3d__dedicated_server_labels') }}
    where label_value != ''
),

tags as (
    select
        'tag' as dimension,
        'flexmetal_server:' || flexmetal_server_id as service_key,
        tag as dimension_value
    from {{ ref('stg_i3d__flexmetal_server_tags') }}
),

service_labels as (
    select * from purchase_orders
    union all
    select * from projects
    union all
    select * from locations
    union all
    select * from service_types
    union all
    select * from labels
    union all
    select * from tags
)

select * from service_labels
