-- Per currency: the amounts in the ageing buckets are those of the list itself, where list and document agree.
with proved as (
    select invoice_id
    from {{ ref('invoice_checks') }}
    where check_id = 'A5' and status = 'pass'
),

listed as (
    select
        currency_code,
        sum({{ signed('incl_minor', 'is_credit') }} - {{ signed('paid_minor', 'is_credit') }}) as open_minor
    from {{ ref('stg_i3d__invoices') }}
    where invoice_id in (select proved.invoice_id from proved)
    group by currency_code
),

buckets as (
    select
        invoices.currency_code,
        sum(invoices.open_amount) as open_amount
    from {{ ref('invoices') }} as invoices
    where
        invoices.invoice_id in (select proved.invoice_id from proved)
        and (invoices.ageing_bucket is not null or invoices.reason is not null)
    group by invoices.currency_code
)

select listed.currency_code
from listed
left join buckets on listed.currency_code = buckets.currency_code
left join {{ ref('int_currencies__listed') }} as currencies on listed.currency_code = currencies.currency_code
where listed.open_minor is distinct from buckets.open_amount * coalesce(currencies.minor_divisor, 100)
