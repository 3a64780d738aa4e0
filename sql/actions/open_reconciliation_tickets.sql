-- operation: create_ticket
-- does: opens a ticket for each exception of the invoice reconciliation that has no ticket of that title yet
with category as (
    select coalesce(min(value), 'Billing') as category
    from raw_i3d.ticket_categories
    where value ilike '%billing%'
),

exceptions as (
    select
        'Invoice question ' || reconciliation_id || ': ' || replace(code, '_', ' ') as title,
        concat_ws(
            '. ',
            'Invoice ' || invoice_id || ', line ' || line_number,
            'Service ' || service_key,
            'Expected ' || expected_amount || ' ' || currency_code,
            'Billed ' || billed_amount || ' ' || currency_code,
            nullif(message, ''),
            'Please explain or correct it.'
        ) as content
    from marts.invoice_reconciliation
    where code not in ('matched', 'matched_within_tolerance', 'timing_difference', 'not_proved', 'unpriced', 'not_yet_due')
)

select
    exceptions.title,
    exceptions.content,
    category.category,
    'billing' as department,
    '' as email_to,
    '' as email_cc
from exceptions
cross join category
left join raw_i3d.tickets as tickets on starts_with(tickets.title, exceptions.title)
where tickets.id is null
order by exceptions.title
