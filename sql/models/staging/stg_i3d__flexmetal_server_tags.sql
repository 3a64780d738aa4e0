with servers as (
    select
        uuid as flexmetal_server_id,
        {{ json_items('tags') }} as tag
    from {{ source('raw_i3d', 'flexmetal_servers') }}
),

tags as (
    select distinct
        flexmetal_server_id,
        {{ blank_to_null("tag ->> '$'") }} as tag
    from servers
)

select * from tags
where tag is not null
