with flexmetal_hosts as (
    select dedicated_server_id
    from {{ ref('stg_i3d__dedicated_servers') }}
    where is_flexmetal_host
),

versions as (
    select
        'dedicated_server:' || servers.dedicated_server_id as service_key,
        servers.currency_code,
        servers.monthly_price,
        servers.price_per_tb_overuse,
        servers.valid_from_at,
        servers.valid_to_at
    from {{ ref('stg_i3d__dedicated_servers_history') }} as servers
    -- A host of FlexMetal has a contract in name only.
    anti join flexmetal_hosts on servers.dedicated_server_id = flexmetal_hosts.dedicated_server_id
    union all by name
    select
        'colocation:' || colocation_id as service_key,
        currency_code,
        monthly_price,
        price_per_kwh,
        price_per_tb_overuse,
        valid_from_at,
        valid_to_at
    from {{ ref('stg_i3d__colocations_history') }}
    union all by name
    select
        'cross_connect:' || cross_connect_id as service_key,
        currency_code,
        monthly_price,
        valid_from_at,
        valid_to_at
    from {{ ref('stg_i3d__cross_connects_history') }}
),

last_version_of_each_day as (
    select
        *,
        {{ billing_date('valid_from_at') }} as valid_from
    from versions
    qualify row_number() over (partition by service_key, valid_from order by valid_from_at desc) = 1
),

price_changes as (
    select *
    from last_version_of_each_day
    qualify coalesce(
        (monthly_price, currency_code, price_per_kwh, price_per_tb_overuse)
        is distinct from lag((monthly_price, currency_code, price_per_kwh, price_per_tb_overuse))
            over (partition by service_key order by valid_from),
        true
    )
),

last_days as (
    select
        service_key,
        case when count(*) = count(valid_to_at) then {{ billing_date('max(valid_to_at)') }} end as gone_on
    from versions
    group by service_key
),

contract_prices as (
    select
        price_changes.service_key,
        price_changes.valid_from,
        coalesce(
            lead(price_changes.valid_from) over (partition by price_changes.service_key order by price_changes.valid_from),
            last_days.gone_on
        ) as valid_to,
        price_changes.monthly_price,
        price_changes.currency_code,
        price_changes.price_per_kwh,
        price_changes.price_per_tb_overuse
    from price_changes
    inner join last_days on price_changes.service_key = last_days.service_key
),

hourly_prices as (
    select
        'flexmetal_server:' || flexmetal_server_id as service_key,
        valid_from,
        valid_to,
        currency_code,
        price_per_hour,
        price_per_gb_out
    from {{ ref('int_flexmetal_prices__matched') }}
),

service_price_history as (
    select * from contract_prices
    union all by name
    select * from hourly_prices
)

select * from service_price_history
order by service_key, valid_from
