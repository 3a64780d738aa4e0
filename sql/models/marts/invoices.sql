with headers as (
    select
        *,
        incl_minor - paid_minor as open_minor
    from {{ ref('int_invoices__headers') }}
),

clock as (
    select * from {{ ref('int_clock__read') }}
),

credit_links as (
    select
        invoice_id,
        case when count(distinct credited_invoice_id) = 1 then min(credited_invoice_id) end as credited_invoice_id,
        count(distinct credited_invoice_id) as original_count,
        bool_or(credit_reason = 'ambiguous_credit') as is_ambiguous
    from {{ ref('int_credit_lines__linked') }}
    group by invoice_id
),

ages as (
    select
        headers.*,
        case when headers.open_minor < 0 then -headers.open_minor when headers.open_minor >= 0 then 0 end as unapplied_minor,
        case when headers.open_minor > 0 then date_diff('day', headers.due_on, clock.as_of_on) end as days_overdue
    from headers
    cross join clock
),

invoices as (
    select
        ages.invoice_id,
        ages.invoice_number,
        ages.description,
        ages.issued_on,
        ages.due_on,
        ages.currency_code,
        coalesce(ages.is_credit, false) as is_credit,
        {{ cents_to_amount('ages.excl_minor', 'ages.minor_divisor') }} as amount_excl_vat,
        {{ cents_to_amount('ages.vat_minor', 'ages.minor_divisor') }} as vat_amount,
        {{ cents_to_amount('ages.incl_minor', 'ages.minor_divisor') }} as amount_incl_vat,
        {{ cents_to_amount('ages.paid_minor', 'ages.minor_divisor') }} as paid_amount,
        {{ cents_to_amount('ages.open_minor', 'ages.minor_divisor') }} as open_amount,
        {{ cents_to_amount('ages.unapplied_minor', 'ages.minor_divisor') }} as unapplied_amount,
        ages.paid_on,
        cast(ages.days_overdue as integer) as days_overdue,
        case
            when ages.is_credit then 'credit'
            when ages.open_minor <= 0 then 'paid'
            when ages.days_overdue <= 0 then 'not_due'
            when ages.days_overdue <= 30 then '1-30'
            when ages.days_overdue <= 60 then '31-60'
            when ages.days_overdue <= 90 then '61-90'
            when ages.days_overdue > 90 then '91+'
        end as ageing_bucket,
        credit_links.credited_invoice_id,
        case
            when not ages.is_credit or credit_links.credited_invoice_id is not null then null
            when ages.is_credit and (credit_links.original_count > 1 or credit_links.is_ambiguous) then 'ambiguous_credit'
            when ages.is_credit then 'credit_unmatched'
        end as credit_reason,
        case
            when ages.incl_minor is null or ages.excl_minor is null then 'amount_unreadable'
            when ages.currency_code = 'XXX' then 'currency_unknown'
            when not ages.is_listed then 'not_listed'
            when not ages.has_detail then 'detail_missing'
            when ages.vat_minor is null then 'vat_unreadable'
            when ages.paid_minor is null then 'paid_amount_unreadable'
            when ages.due_on is null and ages.open_minor > 0 then 'due_date_missing'
            when ages.currency_code = 'JPY' and {{ 'false' if var('yen_divisor') else 'true' }} then 'currency_scale_unproved'
        end as reason
    from ages
    left join credit_links on ages.invoice_id = credit_links.invoice_id
)

select * from invoices
