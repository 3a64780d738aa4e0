with contracts as (
    select
        'dedicated_server:' || dedicated_server_id as service_key,
        extension_months,
        notice_months
    from {{ ref('stg_i3d__dedicated_servers') }}
    where not is_flexmetal_host
    union all
    select
        'colocation:' || colocation_id as service_key,
        extension_months,
        notice_months
    from {{ ref('stg_i3d__colocations') }}
    union all
    select
        'cross_connect:' || cross_connect_id as service_key,
        extension_months,
        notice_months
    from {{ ref('stg_i3d__cross_connects') }}
)

select * from contracts
