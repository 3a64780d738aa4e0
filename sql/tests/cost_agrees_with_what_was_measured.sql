-- Measured use costs the same in the table that measures it and in the one that adds it up.
with measured as (
    select
        'flexmetal_server:' || server_uuid as service_key,
        month,
        'usage' as charge_kind,
        currency_code,
        usage_amount as measured_amount
    from {{ ref('flexmetal_usage_by_server_month') }}
    where currency_code != 'XXX'
    union all
    select
        'colocation:' || colocation_id as service_key,
        month,
        'power' as charge_kind,
        currency_code,
        cost_amount as measured_amount
    from {{ ref('power_by_colocation_month') }}
    where cost_amount is not null
    union all
    select
        service_key,
        month,
        'bandwidth_overuse' as charge_kind,
        currency_code,
        overuse_amount as measured_amount
    from {{ ref('bandwidth_by_service_month') }}
    where overuse_amount != 0
)

select
    measured.*,
    costs.amount
from measured
left join {{ ref('cost_by_service_month') }} as costs using (service_key, month, charge_kind, currency_code)
where measured.measured_amount is distinct from costs.amount
