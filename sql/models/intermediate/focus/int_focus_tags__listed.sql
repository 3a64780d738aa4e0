with tags as (
    select
        'flexmetal_server:' || flexmetal_server_id as service_key,
        tag as tag_key
    from {{ ref('stg_i3d__flexmetal_server_tags') }}
    union all by name
    select
        'dedicated_server:' || dedicated_server_id as service_key,
        label_key as tag_key,
        nullif(max(label_value), '') as tag_value
    from {{ ref('stg_i3d__dedicated_server_labels') }}
    group by dedicated_server_id, label_key
),

-- What the provider says about a service takes a prefix, and a user's tag that has it keeps its own value.
facts as (
    select
        service_key,
        'i3d/project' as tag_key,
        project_name as tag_value
    from {{ ref('int_focus_services__described') }}
    where project_name is not null
    union all
    select
        service_key,
        'i3d/category' as tag_key,
        category as tag_value
    from {{ ref('int_focus_services__described') }}
    where category is not null
),

all_tags as (
    select * from tags
    union all
    select * from facts
    where not exists (
        select 1 from tags
        where tags.service_key = facts.service_key and tags.tag_key = facts.tag_key
    )
),

tag_objects as (
    select
        service_key,
        to_json(map(
            list(tag_key order by tag_key), list(coalesce(to_json(tag_value), to_json(true)) order by tag_key)
        )) as tags
    from all_tags
    group by service_key
)

select * from tag_objects
