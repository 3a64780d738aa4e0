-- Racks whose energy of the month is not that of the days of their PDUs.
with days as (
    select
        colocation_id,
        {{ month_of('day') }} as month,
        sum(energy_kwh) as energy_kwh
    from {{ ref('int_colocation_feeds__attributed') }}
    group by all
)

select months.*
from {{ ref('power_by_colocation_month') }} as months
left join days on months.colocation_id = days.colocation_id and months.month = days.month
where months.energy_kwh is distinct from days.energy_kwh and coalesce(months.reason, '') != 'shared_pdu'
