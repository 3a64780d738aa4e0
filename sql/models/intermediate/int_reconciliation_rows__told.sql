with coded_rows as (
    select
        *,
        -- Where nothing is expected that is 0; where it cannot be told, unknown.
        case
            when is_paired then expected_amount
            when invoice_id is null then expected_amount
            when code in ('not_proved', 'unpriced', 'ambiguous_match') then null
            else 0
        end as told_expected_amount
    from {{ ref('int_reconciliation_rows__coded') }}
),

services as (
    select * from {{ ref('services') }}
),

invoices as (
    select * from {{ ref('invoices') }}
),

words as (
    select
        coded_rows.*,
        coded_rows.billed_amount - coded_rows.told_expected_amount as variance_amount,
        coalesce(
            'Invoice ' || coalesce(invoices.invoice_number, coded_rows.invoice_id)
            || case when coded_rows.line_number > 0 then ', line ' || coded_rows.line_number else '' end, ''
        ) as place,
        coalesce(services.service_name || ' (' || coded_rows.service_key || ')', coded_rows.service_key, 'an unknown service')
            as subject,
        replace(coded_rows.charge_kind, '_', ' ') as kind,
        coalesce(
            ' for ' || coalesce(coded_rows.line_start, coded_rows.charge_start)
            || ' to ' || (coalesce(coded_rows.line_end, coded_rows.charge_end) - 1), ''
        ) as period_text,
        'line ' || coded_rows.other_line_number || ' of invoice '
        || coalesce(others.invoice_number, coded_rows.other_invoice_id) as other_line,
        'line ' || coded_rows.open_line_number || ' of invoice '
        || coalesce(openers.invoice_number, coded_rows.open_invoice_id) as open_line,
        coalesce(setups.invoice_number, coded_rows.setup_invoice_id) as setup_number,
        coalesce(originals.invoice_number, coded_rows.credited_invoice_id) as original_number,
        coalesce(
            {{ amount_text(
                'if(coded_rows.is_credit_line, -coded_rows.billed_amount, coded_rows.billed_amount)', 'coded_rows.currency_code'
            ) }}, 'an amount that cannot be read'
        ) as billed,
        coalesce({{ amount_text('coded_rows.expected_amount', 'coded_rows.currency_code') }}, 'an unknown amount') as expected,
        coalesce({{ amount_text('abs(coded_rows.difference)', 'coded_rows.currency_code') }}, 'an unknown amount') as apart,
        if(coded_rows.difference < 0, 'less', 'more') as direction
    from coded_rows
    left join services on coded_rows.service_key = services.service_key
    left join invoices on coded_rows.invoice_id = invoices.invoice_id
    left join invoices as others on coded_rows.other_invoice_id = others.invoice_id
    left join invoices as openers on coded_rows.open_invoice_id = openers.invoice_id
    left join invoices as setups on coded_rows.setup_invoice_id = setups.invoice_id
    left join invoices as originals on coded_rows.credited_invoice_id = originals.invoice_id
),

claims as (
    select
        *,
        case
            when invoice_id is null then 'The ' || kind || ' charge of ' || expected || ' for ' || subject || period_text
            else place || ' bills ' || billed || ' as ' || kind || ' charge of ' || subject || period_text
        end as claim
    from words
),

told_messages as (
    select
        *,
        case
            when code = 'matched' and match_rule = 'credit' and is_credit_line
                then place || ' gives back ' || billed || ' of invoice ' || original_number || '.'
            when code = 'matched' and match_rule = 'credit'
                then claim || ', and credit note ' || credit_invoice_ids || ' gives it back.'
            when code = 'matched' and invoice_id is null then claim || ' is nothing, and nothing is billed.'
            when code = 'matched' then claim || ', as expected.'
            when code = 'matched_within_tolerance' and invoice_id is null
                then claim || ' is not billed, and small enough to be left so.'
            when code = 'matched_within_tolerance'
                then claim || ', ' || apart || ' ' || direction || ' than the ' || expected || ' expected, which is tolerated.'
            when code = 'duplicate_invoice'
                then claim || ', and the whole invoice repeats invoice ' || repeated_invoice_number || '.'
            when code = 'duplicate_line'
                then
                    claim || ', which ' || other_line || ' bills already'
                    || case
                        when credited_amount > 0
                            then ' (' || {{ amount_text('credited_amount', 'currency_code') }} || ' of it was given back)'
                        else ''
                    end || '.'
            when code = 'currency_mismatch' and invoice_id is null
                then claim || ' is billed in another currency by ' || open_line || '.'
            when code = 'currency_mismatch' then claim || ', whose contract is in ' || service_currency_code || '.'
            when code = 'ambiguous_match' and invoice_id is null
                then claim || ' may be ' || open_line || ', which fits others too.'
            when code = 'ambiguous_match' and is_credit_line
                then place || ' gives back ' || billed || ', and more than one invoice could be meant.'
            when code = 'ambiguous_match' then claim || ': more than one service fits, and none is picked.'
            when code = 'credit_unmatched'
                then place || ' gives back ' || billed || ', and the invoice it corrects is not found.'
            when code = 'unexpected_charge' and is_paired
                then place || ' bills ' || billed || ' and names no service; amount and period fit ' || subject || '.'
            when code = 'unexpected_charge' and service_key is null
                then place || ' bills ' || billed || period_text || ', and no service is found for it.'
            when code = 'unexpected_charge' then claim || ', where nothing is expected.'
            when code = 'billed_before_start' then claim || ', which began on ' || starts_on || '.'
            when code = 'billed_after_cancel' then claim || ', which ended with ' || (cancelled_on - 1) || '.'
            when code = 'setup_fee_repeated'
                then
                    claim || ' with setup costs'
                    || case
                        when setup_invoice_id != invoice_id then ', which invoice ' || setup_number || ' bills already.'
                        else coalesce(' long after its start on ' || starts_on, '') || '.'
                    end
            when code = 'period_overlap'
                then claim || ', and a part of it is in ' || other_line || ' too.'
            when code = 'period_gap'
                then claim || ', where ' || charge_start || ' to ' || (charge_end - 1) || ' is expected for ' || expected || '.'
            when code = 'price_variance'
                then
                    claim || ', ' || apart || ' ' || direction || ' than the ' || expected || ' of the agreed price'
                    || case
                        when charge_reason = 'price_before_first_seen' then ' (first seen later; no older one is known)'
                        else ''
                    end || '.'
            when code = 'quantity_variance'
                then claim || ' for a quantity of ' || {{ rate_text('quantity') }} || ', where ' || expected || ' is expected.'
            when code = 'usage_variance'
                then
                    claim || ', where ' || coalesce(expected, 'nothing') || ' was measured'
                    || coalesce(
                        ' (' || {{ rate_text('quantity') }} || ' billed, ' || {{ rate_text('expected_quantity') }} || ' '
                        || unit || ' measured)', ''
                    ) || '.'
            when code = 'proration_variance'
                then claim || ', where that part of the period costs ' || expected || '.'
            when code = 'vat_variance' then claim || ', as expected, with VAT that is not.'
            when code = 'missing_charge' then claim || ' was expected on ' || expected_on || ' and is on no invoice.'
            when code = 'not_yet_due' then claim || ' is expected on ' || expected_on || '.'
            when code = 'timing_difference'
                then
                    claim || ', at the price of ' || {{ amount_text('other_price', 'currency_code') }}
                    || ' seen from ' || price_seen_on || ', days apart.'
            when code = 'unpriced' and expected_kind = 'recurring' and setup_amount > 0
                then
                    claim || ' with setup costs of ' || {{ amount_text('setup_amount', 'currency_code') }}
                    || ', for which no price is known.'
            when code = 'unpriced' then claim || ', for which no price is known.'
            when line_number = 0
                then place || ' over ' || billed || ' has no lines: load its document or ask for it.'
            when code = 'not_proved' and other_price is not null
                then
                    claim || ', at the price of ' || {{ amount_text('other_price', 'currency_code') }}
                    || coalesce(
                        ' that changed between ' || price_unseen_on || ' and ' || price_seen_on || ', when nobody looked.',
                        ' billed until the one that was first seen on ' || price_seen_on || ': an older price, it seems.'
                    )
            when code = 'not_proved' and amount_raw is not null
                then claim || ': ''' || amount_raw || ''' is no amount.'
            when code = 'not_proved' and invoice_id is null then claim || ' cannot be told (' || charge_reason || ').'
            when code = 'not_proved'
                then claim || ', which cannot be proved (' || coalesce(charge_reason, period_reason, 'no measurement') || ').'
        end as told_message
    from claims
)

select * from told_messages -- noqa: AM04
