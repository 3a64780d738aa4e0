with overuse as (
    select * from {{ source('raw_i3d', 'colocation_overuse') }}
),

current_use as (
    select
        colo_id as colocation_id,
        try_cast(ordered_bandwidth as decimal(18, 6)) as ordered_bandwidth,
        try_cast(used_bandwidth as decimal(18, 6)) as used_bandwidth
    from overuse
)

select * from current_use
