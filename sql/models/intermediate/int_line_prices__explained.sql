with recurring_pairs as (
    select
        *,
        min(billed_amount) over lines_so_far = max(billed_amount) over lines_so_far as is_first_price,
        bool_or(billed_amount = expected_amount) over (partition by service_key) as is_price_billed
    from {{ ref('int_line_charges__paired') }}
    where charge_kind = 'recurring'
    window lines_so_far as (
        partition by service_key order by period_start, expected_charge_id rows between unbounded preceding and current row
    )
),

pairs as (
    select
        *,
        count(*) filter (where is_first_price) over (partition by service_key) as first_price_count
    from recurring_pairs
    qualify billed_amount != expected_amount
),

lines as (
    select * from {{ ref('int_invoice_lines__judgeable') }}
),

load_days as (
    select distinct {{ billing_date('as_of') }} as loaded_on
    from {{ ref('stg_i3d__load_log') }}
    where table_name in ('dedicated_servers', 'colocations', 'cross_connects') and status = 'loaded'
),

prices as (
    select
        service_key,
        monthly_price,
        currency_code,
        valid_from,
        lead(valid_from) over (partition by service_key order by valid_from) as valid_to
    from {{ ref('service_price_history') }}
),

-- A price holds somewhere between the last load that did not have it and the first one that did.
seen_prices as (
    select
        prices.service_key,
        prices.monthly_price,
        prices.currency_code,
        prices.valid_from,
        prices.valid_to,
        max(load_days.loaded_on) as unseen_on
    from prices
    left join load_days on prices.valid_from > load_days.loaded_on
    group by all
),

-- Other prices of the service that make the billed amount, and how near to the day of the invoice they held.
candidates as (
    select
        pairs.invoice_id,
        pairs.line_number,
        pairs.expected_charge_id,
        prices.monthly_price,
        prices.unseen_on,
        prices.valid_from as seen_on,
        greatest(pairs.expected_on, lines.issued_on) + {{ var('reconciliation_cutoff_days') }} >= prices.valid_from
        and coalesce(
            least(pairs.expected_on, lines.issued_on) - {{ var('reconciliation_cutoff_days') }} < prices.valid_to, true
        ) as is_within_cutoff,
        coalesce(lines.issued_on >= prices.unseen_on and lines.issued_on < prices.valid_from, false) as is_unobserved
    from pairs
    inner join lines on pairs.invoice_id = lines.invoice_id and pairs.line_number = lines.line_number
    inner join seen_prices as prices
        on
            pairs.service_key = prices.service_key
            and pairs.currency_code = prices.currency_code
            and abs(
                pairs.billed_amount - cast({{ product('prices.monthly_price', 'pairs.expected_quantity') }} as decimal(18, 4))
            ) <= 0.01
),

first_sights as (
    select
        service_key,
        min(valid_from) as seen_on
    from prices
    group by service_key
),

-- A price that was billed month after month until the one seen first was billed is taken for an older one.
older_prices as (
    select
        pairs.invoice_id,
        pairs.line_number,
        pairs.expected_charge_id,
        pairs.billed_amount as monthly_price,
        cast(null as date) as unseen_on,
        first_sights.seen_on,
        false as is_within_cutoff,
        true as is_unobserved
    from pairs
    inner join first_sights on pairs.service_key = first_sights.service_key
    where
        pairs.reason = 'price_before_first_seen'
        and pairs.is_first_price and pairs.first_price_count > 1 and pairs.is_price_billed and not pairs.is_partial
),

explanations as (
    select * from candidates
    where is_within_cutoff or is_unobserved
    union all
    select * from older_prices
),

explained_prices as (
    select *
    from explanations
    qualify row_number() over (
        partition by invoice_id, line_number, expected_charge_id order by if(is_within_cutoff, 0, 1), seen_on
    ) = 1
)

select * from explained_prices
