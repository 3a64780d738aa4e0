-- operation: tag_flexmetal_server
-- does: puts the tag `idle` on every FlexMetal server that did nothing for as long as the model idle_servers looks back
select
    split_part(service_key, ':', 2) as uuid,
    'idle' as tag
from marts.idle_servers
where service_key like 'flexmetal_server:%' and verdict = 'idle'
order by service_key
