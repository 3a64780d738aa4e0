with observations as (
    select
        location_id,
        location,
        {{ utc('observed_at') }} as observed_at,
        {{ json_items('commits') }} as terms
    from {{ source('raw_i3d', 'flexmetal_commits_observations') }}
),

commits as (
    select
        location_id,
        {{ blank_to_null("location ->> '$.name'") }} as location_name,
        coalesce(
            {{ blank_to_null("terms ->> '$.instanceType.name'") }}, terms ->> '$.instanceType.id', ''
        ) as instance_type,
        observed_at,
        try_cast(terms ->> '$.capacity' as integer) as commit_count,
        try_cast(terms ->> '$.inUse' as integer) as in_use_count
    from observations
)

select * from commits
