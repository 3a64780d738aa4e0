with lines as (
    select * from {{ ref('invoice_lines') }}
),

invoices as (
    select * from {{ ref('invoices') }}
),

findings as (
    select
        known.code,
        known.finding
    from (
        values
        ('period_reversed', 'has a period that ends before it begins'),
        ('period_unreadable', 'has a period that is no two days'),
        ('period_end_ambiguous', 'does not tell whether the last day of its period is a part of it')
    ) as known (code, finding)
),

exceptions as (
    select
        findings.code,
        'low' as severity,
        lines.service_key,
        lines.invoice_id,
        lines.line_number,
        invoices.issued_on as happened_on,
        lines.amount_excl_vat as billed_amount,
        lines.currency_code,
        'Invoice ' || coalesce(invoices.invoice_number, lines.invoice_id) || ', line ' || lines.line_number || ' '
        || findings.finding || coalesce(' (' || lines.period_raw || ')', '') || '.' as message,
        'Ask which days are meant; until then only amount and service of the line are compared.' as next_step,
        'invoice_lines' as source_table,
        concat_ws('|', lines.invoice_id, lines.line_number) as subject
    from lines
    inner join findings on lines.period_reason = findings.code
    left join invoices on lines.invoice_id = invoices.invoice_id
)

select * from exceptions
