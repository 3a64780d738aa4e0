-- operation: create_ticket
-- does: opens a ticket for each bandwidth or power overuse of this month or the last that has no ticket of that title yet
with clock as (
    select cast(date_trunc('month', max(as_of)) as date) as this_month
    from raw_i3d.load_log
),

category as (
    select coalesce(min(value), 'Colocation') as category
    from raw_i3d.ticket_categories
    where value ilike '%colo%'
),

measured as (
    select
        service_key,
        month,
        case when billing_type = 'p95' then ' Mbit/s' else ' GB' end as unit,
        case when billing_type = 'p95' then commit_mbit else commit_gb end as commitment,
        case when billing_type = 'p95' then used_mbit else used_gb end as used,
        case when billing_type = 'p95' then overuse_mbit else overuse_gb end as overuse
    from marts.bandwidth_by_service_month
),

bandwidth as (
    select
        month,
        'Bandwidth over commit: ' || service_key || ', ' || strftime(month, '%Y-%m') as title,
        concat_ws(', ', 'Commit ' || commitment || unit, 'used ' || used || unit, 'over by ' || overuse || unit)
        || '. Please check the measurement and tell us what it costs.' as content
    from measured
    where overuse > 0
),

power as (
    select
        month,
        'Power over contract: colocation:' || colocation_id || ', ' || strftime(month, '%Y-%m') as title,
        concat_ws(', ', 'Contract ' || contract_amps || ' A', 'peak ' || peak_amps || ' A')
        || '. Please check the feeds of the rack and tell us what can be done.' as content
    from marts.power_by_colocation_month
    where headroom_amps < 0
),

overuse as (
    select * from bandwidth
    union all
    select * from power
)

select
    overuse.title,
    overuse.content,
    category.category,
    'support' as department,
    '' as email_to,
    '' as email_cc
from overuse
cross join clock
cross join category
left join raw_i3d.tickets as tickets on starts_with(tickets.title, overuse.title)
where overuse.month >= clock.this_month - interval 1 month and tickets.id is null
order by overuse.title
