with samples as (
    select * from {{ source('raw_i3d', 'cross_connect_traffic') }}
    where timestamp between 1 and 253402300799
),

cross_connect_traffic as (
    select
        cross_connect_id,
        {{ traffic_columns() }}
    from samples
)

select * from cross_connect_traffic
