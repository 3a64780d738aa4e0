with servers as (
    select
        id as dedicated_server_id,
        {{ json_items('labels') }} as pair
    from {{ source('raw_i3d', 'dedicated_servers') }}
),

labels as (
    select distinct
        dedicated_server_id,
        {{ blank_to_null("pair ->> '$.key'") }} as label_key,
        coalesce(trim(pair ->> '$.value'), '') as label_value
    from servers
)

select * from labels
where label_key is not null
