-- By row, and as money by month and currency.
with expected as (
    select
        currency_code,
        {{ month_of('period_start') }} as month,
        count(*) as charge_count,
        sum(amount) as amount
    from {{ ref('expected_charges') }}
    group by all
),

reconciled as (
    select
        currency_code,
        {{ month_of('period_start') }} as month,
        count(distinct expected_charge_id) as charge_count,
        sum(expected_amount) filter (where expected_charge_id is not null or expected_amount != 0) as amount
    from {{ ref('invoice_reconciliation') }}
    group by all
)

select
    expected.currency_code as expected_currency_code,
    expected.month as expected_month,
    reconciled.currency_code,
    reconciled.month
from expected
full join reconciled on expected.currency_code = reconciled.currency_code and expected.month = reconciled.month
where
    coalesce(expected.charge_count, 0) != coalesce(reconciled.charge_count, 0)
    or expected.amount is distinct from reconciled.amount
