with invoices as (
    select * from {{ ref('int_focus_invoices__dated') }}
),

account as (
    select * from {{ ref('int_focus_account__known') }}
),

shares as (
    select * from {{ ref('int_focus_charges__amortised') }}
),

-- Beside the columns of the lines: closing rows have no service, accrued ones no invoice.
line_charges as (
    select * exclude (share_count, minor_divisor) from {{ ref('int_focus_charges__invoiced') }}
    union all by name
    select * exclude (currency_code, billing_month) from shares
    where invoice_id is not null
    union all by name
    select
        *,
        billed_amount as effective_amount,
        'One-Time' as charge_frequency,
        'other' as charge_kind
    from {{ ref('int_focus_charges__closing') }}
),

invoiced_charges as (
    select
        line_charges.* exclude (reason),
        'invoiced' as cost_basis,
        invoices.currency_code,
        invoices.account_id,
        invoices.billing_month,
        invoices.invoice_number,
        invoices.issuer_name,
        nullif(concat_ws(', ', line_charges.reason, invoices.reason), '') as reason,
        case when line_charges.charge_part != 'share' then line_charges.row_id end as invoice_detail_id
    from line_charges
    inner join invoices on line_charges.invoice_id = invoices.invoice_id
),

open_charges as (
    select * exclude (share_count, minor_divisor) from {{ ref('int_focus_charges__accrued') }}
    union all by name
    select * from shares
    where invoice_id is null
),

accrued_charges as (
    select
        open_charges.*,
        'accrued' as cost_basis,
        'i3d:client:' || coalesce(account.client_number, 'unknown') as account_id
    from open_charges
    cross join account
),

all_charges as (
    select * from invoiced_charges
    union all by name
    select * from accrued_charges
)

select * from all_charges -- noqa: AM04
