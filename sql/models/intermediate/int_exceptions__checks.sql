with failed_checks as (
    select * from {{ ref('invoice_checks') }}
    where status = 'fail'
),

invoices as (
    select * from {{ ref('invoices') }}
),

lines as (
    select * from {{ ref('invoice_lines') }}
),

steps as (
    select
        known.check_id,
        known.next_step
    from (
        values
        ('A1', 'Ask the provider which price and quantity were meant.'),
        ('A2', 'Add a missing rate to settings/vat_rates.csv, else ask for a corrected invoice before you deduct the VAT.'),
        ('A3', 'Ask the provider for a corrected invoice.'),
        ('A4', 'Pay no more than the lines come to, and ask the provider what the difference is.'),
        ('A5', 'Load the document again (i3d load --select invoice_details); if it stays, the PDF decides.'),
        ('A6', 'Compare with the bank: the payment may be booked on another invoice.'),
        ('A7', 'Ask the provider which invoice the document corrects.'),
        ('A8', 'Load again; if it stays, ask the provider for a statement of account.'),
        ('A9', 'Do not pay the later document, or ask for the missing one.')
    ) as known (check_id, next_step)
),

exceptions as (
    select
        failed_checks.check_id as code,
        'high' as severity,
        lines.service_key,
        nullif(failed_checks.invoice_id, '*') as invoice_id,
        nullif(failed_checks.line_number, 0) as line_number,
        invoices.issued_on as happened_on,
        -- Only these compare two amounts of one currency.
        case
            when failed_checks.check_id in ('A1', 'A2', 'A3', 'A4')
                then abs(try_cast(failed_checks.actual as decimal(18, 4)) - try_cast(failed_checks.expected as decimal(18, 4)))
        end as amount_at_stake,
        coalesce(invoices.currency_code, 'XXX') as currency_code,
        case
            when invoices.invoice_id is null then ''
            else
                'Invoice ' || coalesce(invoices.invoice_number, invoices.invoice_id)
                || case when failed_checks.line_number > 0 then ', line ' || failed_checks.line_number else '' end || ': '
        end || failed_checks.message as message,
        steps.next_step,
        'invoice_checks' as source_table,
        concat_ws('|', failed_checks.invoice_id, failed_checks.line_number) as subject
    from failed_checks
    left join invoices on failed_checks.invoice_id = invoices.invoice_id
    left join lines on failed_checks.invoice_id = lines.invoice_id and failed_checks.line_number = lines.line_number
    left join steps on failed_checks.check_id = steps.check_id
)

select * from exceptions
