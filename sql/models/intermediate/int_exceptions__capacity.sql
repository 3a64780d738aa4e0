with quotas as (
    select * from {{ ref('capacity_flexmetal_quota') }}
    qualify snapshot_on = max(snapshot_on) over ()
),

commits as (
    select * from {{ ref('capacity_flexmetal_commit') }}
    qualify snapshot_on = max(snapshot_on) over ()
),

servers as (
    select
        idle.*,
        coalesce(services.service_name || ' (' || idle.service_key || ')', idle.service_key) as service_text
    from {{ ref('idle_servers') }} as idle
    left join {{ ref('services') }} as services on idle.service_key = services.service_key
    where idle.verdict in ('idle', 'off_but_billed')
),

exceptions as (
    select
        'quota_nearly_used' as code,
        'medium' as severity,
        snapshot_on as happened_on,
        'XXX' as currency_code,
        usage || ' of ' || quota || ' servers ' || instance_type || ' (' || quota_type || ') are in use in '
        || coalesce(location_name, location_id) || '.' as message,
        'Ask for a higher quota before the next order.' as next_step,
        'capacity_flexmetal_quota' as source_table,
        concat_ws('|', location_id, instance_type, quota_type, contract_id) as subject
    from quotas
    where utilisation_pct >= {{ var('quota_warning_pct') }}
    union all by name
    select
        'above_commit' as code,
        'medium' as severity,
        snapshot_on as happened_on,
        'XXX' as currency_code,
        in_use || ' servers ' || instance_type || ' run in ' || coalesce(location_name, location_id)
        || ', ' || overflow || ' more than the commit of ' || commit || '.' as message,
        'Release servers, or commit to more of them if they stay.' as next_step,
        'capacity_flexmetal_commit' as source_table,
        reason,
        concat_ws('|', location_id, instance_type) as subject
    from commits
    where overflow > 0
    union all by name
    select
        verdict as code,
        'low' as severity,
        service_key,
        last_observed_on as happened_on,
        monthly_price as amount_at_stake,
        coalesce(currency_code, 'XXX') as currency_code,
        service_text || case verdict when 'idle' then ' does nothing' else ' is switched off' end
        || coalesce(' and costs ' || {{ amount_text('monthly_price', 'currency_code') }} || ' a month.', ', and is charged.')
            as message,
        'Ask its owner, then cancel it or give it work.' as next_step,
        'idle_servers' as source_table,
        service_key as subject
    from servers
)

select
    code,
    severity,
    service_key,
    happened_on,
    amount_at_stake,
    currency_code,
    message,
    next_step,
    source_table,
    reason,
    subject
from exceptions
