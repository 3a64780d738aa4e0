-- operation: tag_flexmetal_server
-- does: tags every active FlexMetal server `cost-centre:<purchase order or project>`, as far as one of them is known
with centres as (
    select
        service_id,
        trim(coalesce(nullif(purchase_order, ''), project_name, '')) as centre
    from marts.services
    where service_type = 'flexmetal_server' and is_active
)

select
    service_id as uuid,
    left('cost-centre:' || regexp_replace(centre, '[^A-Za-z0-9_:-]+', '-', 'g'), 64) as tag
from centres
where centre <> ''
order by service_id
