with observations as (
    select
        location_id,
        location,
        {{ utc('observed_at') }} as observed_at,
        {{ json_items('quota_usage') }} as terms
    from {{ source('raw_i3d', 'flexmetal_quotas_observations') }}
),

quotas as (
    select
        location_id,
        {{ blank_to_null("location ->> '$.name'") }} as location_name,
        coalesce(
            {{ blank_to_null("terms ->> '$.instanceType.name'") }}, terms ->> '$.instanceType.id', ''
        ) as instance_type,
        coalesce(terms ->> '$.quotaType', '') as quota_type,
        coalesce(trim(terms ->> '$.contractId'), '') as contract_id,
        observed_at,
        try_cast(terms ->> '$.quota' as integer) as quota_count,
        try_cast(terms ->> '$.usage' as integer) as usage_count
    from observations
)

select * from quotas
