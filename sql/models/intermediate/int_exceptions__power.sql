with clock as (
    select {{ month_of('as_of_on') }} as this_month from {{ ref('int_clock__read') }}
),

months as (
    select
        power.*,
        power.month = clock.this_month as is_running,
        'colocation:' || power.colocation_id as service_key,
        coalesce(services.service_name || ' (colocation:' || power.colocation_id || ')', 'Rack ' || power.colocation_id)
            as service_text,
        strftime(power.month, '%B %Y') as month_text
    from {{ ref('power_by_colocation_month') }} as power
    cross join clock
    left join {{ ref('services') }} as services on services.service_key = 'colocation:' || power.colocation_id
    where power.month >= {{ add_months('clock.this_month', -1) }} and power.month <= clock.this_month
),

exceptions as (
    select
        'amps_above_contract' as code,
        'medium' as severity,
        service_key,
        month,
        currency_code,
        service_text || ' peaked at ' || {{ rate_text('cast(peak_amps as decimal(18, 2))') }} || ' A in ' || month_text
        || ' and has a contract of ' || {{ rate_text('cast(contract_amps as decimal(18, 2))') }} || ' A.' as message,
        'Move load to another rack, or order more amperes.' as next_step,
        reason
    from months
    where headroom_amps < 0
    union all
    select
        'not_billing_grade' as code,
        'low' as severity,
        service_key,
        month,
        currency_code,
        'The energy of ' || service_text || ' in ' || month_text || ' proves no invoice'
        || coalesce(' (' || reason || ').', '.') as message,
        'See the days in marts.power_by_pdu_day, and declare replaced meters in settings/meter_events.csv.' as next_step,
        reason
    from months
    where not is_billing_grade and not is_running
)

select
    code,
    severity,
    service_key,
    month as happened_on,
    coalesce(currency_code, 'XXX') as currency_code,
    message,
    next_step,
    'power_by_colocation_month' as source_table,
    reason,
    concat_ws('|', service_key, month) as subject
from exceptions
