with racks as (
    select
        'colocation:' || colocation_id as service_key,
        bandwidth_billing_type as billing_type,
        commit_gb,
        commit_mbit,
        has_free_ingress,
        price_per_tb_overuse,
        currency_code
    from {{ ref('stg_i3d__colocations') }}
),

rack_versions as (
    select
        'colocation:' || colocation_id as service_key,
        bandwidth_billing_type as billing_type,
        commit_gb,
        commit_mbit,
        has_free_ingress,
        price_per_tb_overuse,
        currency_code,
        valid_from_at
    from {{ ref('stg_i3d__colocations_history') }}
),

servers as (
    select
        'dedicated_server:' || dedicated_server_id as service_key,
        bandwidth_billing_type as billing_type,
        commit_gb,
        commit_mbit,
        has_free_ingress,
        price_per_tb_overuse,
        currency_code
    from {{ ref('stg_i3d__dedicated_servers') }}
    where not is_flexmetal_host
),

-- Free ingress is no part of the versions of a server.
server_versions as (
    select
        servers.service_key,
        versions.bandwidth_billing_type as billing_type,
        versions.commit_gb,
        versions.commit_mbit,
        servers.has_free_ingress,
        versions.price_per_tb_overuse,
        versions.currency_code,
        versions.valid_from_at
    from {{ ref('stg_i3d__dedicated_servers_history') }} as versions
    inner join servers on 'dedicated_server:' || versions.dedicated_server_id = servers.service_key
),

lines as (
    select
        'cross_connect:' || cross_connect_id as service_key,
        bandwidth_billing_type as billing_type,
        currency_code
    from {{ ref('stg_i3d__cross_connects') }}
),

known_versions as (
    select * from rack_versions
    union all
    select * from server_versions
),

current_terms as (
    select * from racks
    union all
    select * from servers
    union all by name
    select * from lines
),

versions as (
    select * from known_versions
    union all by name
    select current_terms.*
    from current_terms
    anti join known_versions on current_terms.service_key = known_versions.service_key
)

select * from versions
