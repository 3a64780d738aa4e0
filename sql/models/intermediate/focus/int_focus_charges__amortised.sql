with charges as (
    select * from {{ ref('int_focus_charges__invoiced') }}
    union all by name
    select * from {{ ref('int_focus_charges__accrued') }}
),

purchases as (
    select
        *,
        unnest(range(1, share_count + 1)) as share_number
    from charges
    where share_count > 0
),

shares as (
    select
        invoice_id,
        line_number,
        row_id || '-' || {{ padded('share_number', 4) }} as row_id,
        'share' as charge_part,
        service_key,
        currency_code,
        billing_month,
        match_rule,
        match_confidence,
        purchase_order,
        charge_kind,
        'Usage' as charge_category,
        charge_class,
        'Recurring' as charge_frequency,
        charge_description || ', month ' || share_number || ' of ' || share_count as charge_description,
        {{ add_months('charge_start', 'share_number - 1') }} as charge_start,
        {{ add_months('charge_start', 'share_number') }} as charge_end,
        cast(0 as decimal(18, 4)) as billed_amount,
        case minor_divisor
            when 1 then {{ share_of_amount('billed_amount', 0, 'share_count', 'share_number') }}
            when 1000 then {{ share_of_amount('billed_amount', 3, 'share_count', 'share_number') }}
            else {{ share_of_amount('billed_amount', 2, 'share_count', 'share_number') }}
        end as effective_amount,
        price_source,
        pricing_unit,
        cast(0 as decimal(18, 6)) as pricing_quantity,
        unit_price,
        cast(1 as decimal(18, 6)) as consumed_quantity,
        'Months' as consumed_unit,
        reason
    from purchases
)

select * from shares
