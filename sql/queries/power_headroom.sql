-- asks: How many amperes does each rack have left, and when will they be used up?
select
    capacity.colocation_id,
    services.service_name,
    capacity.snapshot_on,
    capacity.contract_amps,
    capacity.peak_amps,
    capacity.headroom_amps,
    capacity.utilisation_pct,
    capacity.days_to_exhaustion,
    capacity.reason
from marts.capacity_colocation as capacity
left join marts.services as services on 'colocation:' || capacity.colocation_id = services.service_key
qualify row_number() over (partition by capacity.colocation_id order by capacity.snapshot_on desc) = 1
order by capacity.headroom_amps nulls last, capacity.colocation_id
