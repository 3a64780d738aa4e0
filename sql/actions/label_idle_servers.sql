-- operation: update_dedicated_server
-- does: puts the label `idle` with its verdict on every dedicated server that is idle, or switched off and billed all the same
select
    split_part(service_key, ':', 2) as dedicated_server_id,
    [struct_pack(key := 'idle', value := verdict)] as labels
from marts.idle_servers
where service_key like 'dedicated_server:%' and verdict in ('idle', 'off_but_billed')
order by service_key
