with headers as (
    select * from {{ ref('int_invoices__headers') }}
),

-- What a payment status means is not documented: it is judged where most invoices of the account bear the setting out.
statuses as (
    select
        payment_status,
        2 * count(*) filter (where incl_minor = paid_minor) > count(*) as is_mostly_paid,
        2 * count(*) filter (where incl_minor != paid_minor) > count(*) as is_mostly_open
    from headers
    where is_listed
    group by payment_status
),

balances as (
    select
        headers.*,
        headers.incl_minor - headers.paid_minor as open_minor,
        concat_ws(
            '; ',
            case
                when headers.incl_minor is null or headers.paid_minor is null or headers.remaining_minor is null
                    then 'the total, what was paid or what remains is missing or no amount'
                when headers.remaining_minor != headers.incl_minor - headers.paid_minor
                    then 'what remains is not the total less what was paid'
            end,
            case
                when
                    headers.payment_status = {{ var('payment_status_paid') }} and statuses.is_mostly_paid
                    and headers.incl_minor != headers.paid_minor then 'its status says paid'
                when
                    headers.payment_status = {{ var('payment_status_open') }} and statuses.is_mostly_open
                    and headers.incl_minor = headers.paid_minor and headers.incl_minor != 0 then 'its status says open'
            end,
            case
                when headers.is_credit then null
                when headers.due_on is null or headers.issued_on is null then 'its date or due date is missing or no date'
                when headers.due_on != headers.issued_on + headers.payment_term_days
                    then
                        'it is due on ' || headers.due_on || ', and its ' || headers.payment_term_days || ' days end on '
                        || (headers.issued_on + headers.payment_term_days)
            end
        ) as problems
    from headers
    left join statuses on headers.payment_status = statuses.payment_status
),

checks as (
    select
        invoice_id,
        'A6' as check_id,
        case when not is_listed then 'not_applicable' when problems = '' then 'pass' else 'fail' end as status,
        {{ minor_text('open_minor', 'minor_divisor') }} as expected,
        {{ minor_text('remaining_minor', 'minor_divisor') }} as actual,
        case
            when not is_listed then 'Only the list of invoices tells what was paid, and it does not have this one.'
            when problems = '' then 'What remains, the status and the due date fit together.'
            else 'The payment does not add up: ' || problems || '.'
        end as message
    from balances
)

select * from checks
