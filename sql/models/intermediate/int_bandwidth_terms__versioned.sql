with listed_terms as (
    select
        'colocation:' || colocation_id as service_key,
        bandwidth_billing_type as billing_type,
        commit_gb,
        commit_mbit,
        has_free_ingress,
        price_per_tb_overuse,
        currency_code,
        first_seen_at as valid_from_at
    from {{ ref('stg_i3d__colocations') }}
    union all
    select
        'dedicated_server:' || dedicated_server_id as service_key,
        bandwidth_billing_type as billing_type,
        commit_gb,
        commit_mbit,
        has_free_ingress,
        price_per_tb_overuse,
        currency_code,
        first_seen_at as valid_from_at
    from {{ ref('stg_i3d__dedicated_servers') }}
    union all by name
    select
        'cross_connect:' || cross_connect_id as service_key,
        bandwidth_billing_type as billing_type,
        false as has_free_ingress,
        currency_code,
        first_seen_at as valid_from_at
    from {{ ref('stg_i3d__cross_connects') }}
),

seen_terms as (
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
    union all
    -- Free ingress of servers is no term that the loads keep versions of.
    select
        listed.service_key,
        versions.bandwidth_billing_type as billing_type,
        versions.commit_gb,
        versions.commit_mbit,
        listed.has_free_ingress,
        versions.price_per_tb_overuse,
        versions.currency_code,
        versions.valid_from_at
    from {{ ref('stg_i3d__dedicated_servers_history') }} as versions
    inner join listed_terms as listed on 'dedicated_server:' || versions.dedicated_server_id = listed.service_key
),

versioned_terms as (
    select * from seen_terms
    union all
    select listed_terms.*
    from listed_terms
    anti join seen_terms on listed_terms.service_key = seen_terms.service_key
)

select * from versioned_terms
