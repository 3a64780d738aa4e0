-- The usage of an on-demand server costs the same in both tables.
select
    usage.*,
    cost.amount
from {{ ref('flexmetal_usage_by_server_month') }} as usage
left join {{ ref('cost_by_service_month') }} as cost
    on
        'flexmetal_server:' || usage.server_uuid = cost.service_key
        and usage.month = cost.month
        and cost.charge_kind = 'usage'
        and usage.currency_code = cost.currency_code
where usage.currency_code != 'XXX' and usage.usage_amount is distinct from cost.amount
