with costs as (
    select * from {{ ref('cost_by_service_month') }}
    where amount is not null
),

invoiced_periods as (
    select
        service_key,
        case when charge_part = 'setup' then 'setup' else corrected_kind end as charge_kind,
        charge_start,
        charge_end
    from {{ ref('int_focus_lines__split') }}
    where charge_category in ('Usage', 'Purchase')
),

-- What a line pays for, or may pay for, is on an invoice too, also where the line is for several services.
billed_charges as (
    select
        service_key,
        charge_kind,
        period_start as charge_start,
        period_end as charge_end
    from {{ ref('invoice_reconciliation') }}
    where
        expected_charge_id is not null
        and (invoice_id is not null or code in ('ambiguous_match', 'currency_mismatch'))
),

billed_periods as (
    select * from invoiced_periods
    union all by name
    select * from billed_charges
),

-- What lies before the first invoice of a kind was invoiced before the documents begin.
kind_starts as (
    select
        charge_kind,
        min({{ month_of('charge_start') }}) as first_month
    from billed_periods
    group by charge_kind
),

account_start as (
    select coalesce(
        (select min(billing_month) from {{ ref('int_focus_invoices__dated') }}),
        (select {{ month_of(billing_date('min(first_seen_at)')) }} from {{ ref('services') }})
    ) as first_month
),

open_costs as (
    select
        costs.*,
        {{ add_months('costs.month', 1) }} as month_end
    from costs
    cross join account_start
    left join kind_starts on costs.charge_kind = kind_starts.charge_kind
    where
        costs.month >= coalesce(kind_starts.first_month, account_start.first_month)
        and not exists (
            select 1 from billed_periods
            where
                billed_periods.service_key = costs.service_key
                and billed_periods.charge_kind = costs.charge_kind
                and billed_periods.charge_start < {{ add_months('costs.month', 1) }}
                and billed_periods.charge_end > costs.month
        )
),

measures as (
    select
        open_costs.*,
        services.contract_months,
        {{ minor_units('currencies.decimals') }} as minor_divisor,
        case open_costs.unit
            when 'month' then 'Months'
            when 'hour' then 'Hours'
            when 'Mbit' then 'Mb/Second'
            when 'setup' then 'Units'
            else open_costs.unit
        end as measured_unit,
        coalesce(
            open_costs.quantity is not null and open_costs.unit_price >= 0
            and abs(cast(open_costs.quantity as decimal(38, 6)) * open_costs.unit_price - open_costs.amount) < 1, false
        ) as is_priced,
        open_costs.charge_kind = 'setup' and '{{ var("focus_amortisation") }}' != 'none' as is_spread
    from open_costs
    left join {{ ref('int_focus_services__described') }} as services on open_costs.service_key = services.service_key
    left join {{ ref('int_currencies__listed') }} as currencies on open_costs.currency_code = currencies.currency_code
),

charges as (
    select
        'accrued-' || service_key || '-' || month || '-' || charge_kind || '-' || currency_code as row_id,
        'accrual' as charge_part,
        service_key,
        currency_code,
        purchase_order,
        charge_kind,
        case charge_kind when 'setup' then 'Purchase' else 'Usage' end as charge_category,
        case charge_kind when 'setup' then 'One-Time' when 'recurring' then 'Recurring' else 'Usage-Based' end
            as charge_frequency,
        case charge_kind
            when 'recurring' then 'Monthly fee'
            when 'power' then 'Energy'
            when 'bandwidth_overuse' then 'Bandwidth above the commit'
            when 'setup' then 'Setup'
            else 'Usage'
        end || ' not yet invoiced' as charge_description,
        month as billing_month,
        month as charge_start,
        month_end as charge_end,
        amount as billed_amount,
        case when is_spread then 0 else amount end as effective_amount,
        case when is_spread then coalesce(contract_months, 1) else 0 end as share_count,
        minor_divisor,
        case when is_priced then 'contract' else 'amount' end as price_source,
        case when is_priced then measured_unit else 'Units' end as pricing_unit,
        cast(case when is_priced then quantity else sign(amount) end as decimal(18, 6)) as pricing_quantity,
        cast(case when is_priced then unit_price else abs(amount) end as decimal(18, 6)) as unit_price,
        case when charge_kind != 'setup' then coalesce(quantity, 1) end as consumed_quantity,
        case when charge_kind != 'setup' then coalesce(case when quantity is not null then measured_unit end, 'Units') end
            as consumed_unit,
        reason
    from measures
)

select * from charges
