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
),

-- What is no number of months of any contract says nothing.
legible_contracts as (
    select
        service_key,
        case when extension_months between 1 and 1200 then extension_months end as extension_months,
        case when notice_months between 0 and 1200 then notice_months end as notice_months
    from contracts
)

select * from legible_contracts
