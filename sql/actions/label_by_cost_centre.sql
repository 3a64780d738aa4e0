-- operation: update_dedicated_server
-- does: puts the label `cost-centre` with the purchase order, else the project, on every active dedicated server
with centres as (
    select
        service_id,
        trim(coalesce(nullif(purchase_order, ''), project_name, '')) as centre
    from marts.services
    where service_type = 'dedicated_server' and is_active
)

select
    service_id as dedicated_server_id,
    [struct_pack(key := 'cost-centre', value := centre)] as labels
from centres
where centre <> ''
order by service_id
