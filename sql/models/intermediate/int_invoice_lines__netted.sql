with lines as (
    select * from {{ ref('int_invoice_lines__described') }}
),

credits as (
    select
        credited_invoice_id,
        credited_line_number,
        currency_code,
        -sum(amount_excl_vat) as credited_amount,
        string_agg(distinct invoice_id, ', ' order by invoice_id) as credit_invoice_ids
    from lines
    where is_credit_line and credited_invoice_id is not null
    group by credited_invoice_id, credited_line_number, currency_code
),

invoice_totals as (
    select
        invoice_id,
        sum(amount_excl_vat) as amount
    from lines
    where not is_credit_line
    group by invoice_id
),

-- A credit that names an invoice and none of its lines takes back all of them, or none for certain.
whole_credits as (
    select
        credits.credited_invoice_id,
        credits.currency_code,
        credits.credit_invoice_ids
    from credits
    inner join invoice_totals on credits.credited_invoice_id = invoice_totals.invoice_id
    where credits.credited_line_number is null and credits.credited_amount >= invoice_totals.amount
),

netted_lines as (
    select
        lines.invoice_id,
        lines.line_number,
        coalesce(case when whole_credits.currency_code is not null then lines.amount_excl_vat end, credits.credited_amount, 0)
            as credited_amount,
        not lines.is_credit_line
        and (
            whole_credits.currency_code is not null
            or coalesce(credits.credited_amount >= lines.amount_excl_vat and lines.amount_excl_vat > 0, false)
        ) as is_credited,
        coalesce(whole_credits.credit_invoice_ids, credits.credit_invoice_ids) as credit_invoice_ids,
        repeated.earlier_id as repeated_invoice_id,
        coalesce(repeated.earlier_number, repeated.earlier_id) as repeated_invoice_number
    from lines
    left join credits
        on
            lines.invoice_id = credits.credited_invoice_id
            and lines.line_number = credits.credited_line_number
            and lines.currency_code = credits.currency_code
            and not lines.is_credit_line
    left join whole_credits
        on
            lines.invoice_id = whole_credits.credited_invoice_id
            and lines.currency_code = whole_credits.currency_code
            and not lines.is_credit_line
    left join {{ ref('int_invoices__repeated') }} as repeated on lines.invoice_id = repeated.invoice_id
)

select * from netted_lines
