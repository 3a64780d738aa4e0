{{ config(materialized='table') }}

with sampled_uplinks as (
    select distinct
        colocation_id,
        uplink_id
    from {{ ref('stg_i3d__uplink_traffic') }}
),

-- A rack that lists no uplinks is measured by all that have samples.
colocation_uplinks as (
    select
        colocation_id,
        uplink_id,
        is_aggregate
    from {{ ref('stg_i3d__colocation_uplinks') }}
    union all
    select
        sampled_uplinks.colocation_id,
        sampled_uplinks.uplink_id,
        false as is_aggregate
    from sampled_uplinks
    anti join {{ ref('stg_i3d__colocation_uplinks') }} as listed on sampled_uplinks.colocation_id = listed.colocation_id
),

sampled_ends as (
    select distinct
        cross_connect_id,
        uplink_id
    from {{ ref('stg_i3d__cross_connect_traffic') }}
),

-- The two sides are ends of one line: what enters here leaves there.
cross_connect_ends as (
    select
        cross_connect_id,
        uplink_id,
        side
    from {{ ref('stg_i3d__cross_connect_uplinks') }}
    union all by name
    select
        sampled_ends.cross_connect_id,
        sampled_ends.uplink_id
    from sampled_ends
    anti join {{ ref('stg_i3d__cross_connect_uplinks') }} as listed on sampled_ends.cross_connect_id = listed.cross_connect_id
),

chosen_uplinks as (
    select
        'colocation:' || colocation_id as service_key,
        uplink_id
    from colocation_uplinks
    qualify is_aggregate or not bool_or(is_aggregate) over (partition by colocation_id)
    union all
    select
        'cross_connect:' || cross_connect_id as service_key,
        uplink_id
    from cross_connect_ends
    qualify side is not distinct from min(side) over (partition by cross_connect_id)
),

counted_uplinks as (
    select
        *,
        count(*) over (partition by service_key) as uplink_count
    from chosen_uplinks
)

select * from counted_uplinks
