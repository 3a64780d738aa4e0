-- operation: create_colocation_alert
-- does: sets an alert at 80 % of the bandwidth commit, by mail, for every colocation with a commit and no alert
select
    colocations.id as colocation_id,
    80 as percentage,
    1 as send_mail,
    0 as send_ticket
from raw_i3d.colocations
where
    not colocations.is_deleted
    and colocations.bandwidth_contractual > 0
    and not exists (
        select 1 from raw_i3d.colocation_alerts
        where colocation_alerts.colocation_id = colocations.id and not colocation_alerts.is_deleted
    )
order by colocations.id
