with samples as (
    select * from {{ source('raw_i3d', 'uplink_traffic') }}
    where timestamp between 1 and 253402300799
),

uplink_traffic as (
    select
        colocation_id,
        {{ traffic_columns() }}
    from samples
)

select * from uplink_traffic
