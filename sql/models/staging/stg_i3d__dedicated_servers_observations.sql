with observations as (
    select * from {{ source('raw_i3d', 'dedicated_servers_observations') }}
),

server_states as (
    select
        id as dedicated_server_id,
        {{ utc('observed_at') }} as observed_at,
        try_cast(cpu_load as decimal(9, 4)) as cpu_pct,
        case when traffic_sum >= 0 then traffic_sum end as month_traffic,
        case when incoming_traffic_sum >= 0 then incoming_traffic_sum end as month_ingress,
        case when outgoing_traffic_sum >= 0 then outgoing_traffic_sum end as month_egress,
        lower({{ blank_to_null('status') }}) as status
    from observations
)

select * from server_states
