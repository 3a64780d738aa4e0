with services as (
    select
        'colocation:' || colocation_id as service_key,
        starts_on,
        cancelled_on,
        case when is_deleted then last_seen_at end as gone_at
    from {{ ref('stg_i3d__colocations') }}
    union all
    select
        'cross_connect:' || cross_connect_id as service_key,
        coalesce(live_on, starts_on) as starts_on,
        cancelled_on,
        case when is_deleted then last_seen_at end as gone_at
    from {{ ref('stg_i3d__cross_connects') }}
    union all
    select
        'dedicated_server:' || dedicated_server_id as service_key,
        starts_on,
        cancelled_on,
        case when is_deleted then last_seen_at end as gone_at
    from {{ ref('stg_i3d__dedicated_servers') }}
    where not is_flexmetal_host
)

select * from services
