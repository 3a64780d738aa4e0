with findings as (
    select * from {{ ref('invoice_reconciliation') }}
    where code not in ('matched', 'matched_within_tolerance', 'not_yet_due')
),

steps as (
    select
        known.code,
        known.severity,
        known.next_step
    from (
        values
        ('duplicate_invoice', 'high', 'Do not pay the later invoice; ask for a credit note.'),
        ('duplicate_line', 'high', 'Ask for a credit note over the line that came second.'),
        ('currency_mismatch', 'medium', 'Ask for an invoice in the currency of the contract.'),
        ('ambiguous_match', 'medium', 'Ask which service is meant, and give each service a purchase order of its own.'),
        ('credit_unmatched', 'medium', 'Ask which invoice the credit note corrects.'),
        ('unexpected_charge', 'medium', 'Ask what it is for; if it is right, the service or its terms are missing here.'),
        ('billed_before_start', 'medium', 'Dispute the days before the start, or correct the start.'),
        ('billed_after_cancel', 'medium', 'Dispute the days after the end, with the date of the cancellation.'),
        ('setup_fee_repeated', 'medium', 'Ask for a credit note: setup is charged once.'),
        ('period_overlap', 'medium', 'Ask for a credit note over the days that are charged twice.'),
        ('period_gap', 'medium', 'Ask when the days that are left out will be charged, before the books close.'),
        ('price_variance', 'medium', 'Hold the price against the contract and ask for a corrected invoice.'),
        ('quantity_variance', 'medium', 'Ask what the quantity stands for.'),
        ('usage_variance', 'medium', 'Show the provider the measured use and ask for the readings behind the invoice.'),
        ('proration_variance', 'medium', 'Ask how the part of the month was counted; see marts.proration_fit.'),
        ('vat_variance', 'medium', 'Ask for a corrected invoice before you deduct the VAT.'),
        ('missing_charge', 'medium', 'Set the amount aside: the charge will come, or the service is not in use.'),
        ('unpriced', 'low', 'Write the price into the settings files, so that the charge can be proved.'),
        ('not_proved', 'low', 'See what is missing; until then the charge can be neither proved nor disputed.'),
        ('timing_difference', 'low', 'None: the price changed between two loads.')
    ) as known (code, severity, next_step)
),

exceptions as (
    select
        findings.code,
        coalesce(steps.severity, 'medium') as severity,
        findings.service_key,
        findings.invoice_id,
        nullif(findings.line_number, 0) as line_number,
        coalesce(findings.issued_on, findings.expected_on) as happened_on,
        findings.expected_amount,
        findings.billed_amount,
        abs(coalesce(findings.variance_amount, findings.billed_amount, findings.expected_amount)) as amount_at_stake,
        findings.currency_code,
        findings.message,
        coalesce(steps.next_step, 'Look at the row in marts.invoice_reconciliation.') as next_step,
        'invoice_reconciliation' as source_table,
        findings.reason,
        findings.reconciliation_id as subject
    from findings
    left join steps on findings.code = steps.code
)

select * from exceptions
