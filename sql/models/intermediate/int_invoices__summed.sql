with lines as (
    select * from {{ ref('int_invoice_lines__proved') }}
),

rate_groups as (
    select
        invoice_id,
        coalesce(proved_vat_pct, vat_pct) as rate_pct,
        sum(excl_minor) as excl_minor,
        sum(vat_minor) as vat_minor
    from lines
    group by invoice_id, coalesce(proved_vat_pct, vat_pct)
),

rounded_once as (
    select
        invoice_id,
        count(*) as rate_count,
        sum(coalesce({{ vat_of('excl_minor', 'rate_pct') }}, vat_minor)) as vat_minor
    from rate_groups
    group by invoice_id
),

summed_lines as (
    select
        invoice_id,
        count(*) as line_count,
        count(*) - count(excl_minor) as unreadable_count,
        cast(sum(excl_minor) as bigint) as excl_minor,
        cast(sum(vat_minor) as bigint) as vat_minor,
        md5(string_agg(
            concat_ws('|', order_id, description, period_from_on, period_to_on, excl_minor), '/'
            order by order_id, description, period_from_on, period_to_on, excl_minor
        )) as lines_digest
    from lines
    group by invoice_id
),

sums as (
    select
        summed_lines.*,
        rounded_once.rate_count,
        cast(rounded_once.vat_minor as bigint) as vat_rounded_once_minor
    from summed_lines
    inner join rounded_once on summed_lines.invoice_id = rounded_once.invoice_id
)

select * from sums
