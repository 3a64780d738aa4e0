{{ config(materialized='table') }}

with rack_ports as (
    select
        'colocation:' || colocation_id as service_key,
        uplink_id,
        case when is_aggregate then 1 else 2 end as preference
    from {{ ref('stg_i3d__colocation_uplinks') }}
),

-- Two ends of one line count the same bytes.
line_ports as (
    select
        'cross_connect:' || cross_connect_id as service_key,
        uplink_id,
        case side when 'A' then 1 when 'Z' then 2 else 3 end as preference
    from {{ ref('stg_i3d__cross_connect_uplinks') }}
),

sampled_ports as (
    select distinct
        service_key,
        uplink_id,
        9 as preference
    from {{ ref('int_traffic_days__fingerprinted') }}
),

ports as (
    select * from rack_ports
    union all
    select * from line_ports
    union all
    select * from sampled_ports
),

preferred_ports as (
    select *
    from ports
    qualify preference = min(preference) over (partition by service_key)
),

chosen_ports as (
    select
        service_key,
        uplink_id,
        preference = 9 as is_unlisted,
        count(*) over (partition by service_key) as port_count
    from preferred_ports
)

select * from chosen_ports
order by service_key, uplink_id
