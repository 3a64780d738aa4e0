with headers as (
    select * from {{ ref('int_invoices__headers') }}
),

unpaid as (
    select
        invoice_id,
        currency_code,
        {{ signed('remaining_minor', 'is_credit') }} as remaining_minor
    from {{ ref('stg_i3d__unpaid_invoices') }}
),

offers as (
    select
        *,
        row_number() over () as offer_number
    from {{ ref('stg_i3d__payment_preparation') }}
),

loads as (
    select count(*) filter (where table_name = 'unpaid_invoices' and status = 'loaded') > 0 as has_unpaid
    from {{ ref('stg_i3d__load_log') }}
),

-- A credit note counts where the unpaid list has it.
balances as (
    select
        headers.minor_divisor,
        coalesce(headers.currency_code, unpaid.currency_code) as currency_code,
        case
            when headers.incl_minor - headers.paid_minor > 0 or unpaid.invoice_id is not null
                then headers.incl_minor - headers.paid_minor
            else 0
        end as open_minor,
        headers.incl_minor - headers.paid_minor as net_minor,
        unpaid.remaining_minor,
        headers.invoice_id is null or (headers.is_listed and headers.incl_minor - headers.paid_minor is null)
        or (unpaid.invoice_id is not null and unpaid.remaining_minor is null) as is_unknown
    from headers
    full join unpaid on headers.invoice_id = unpaid.invoice_id
),

currency_balances as (
    select
        currency_code,
        coalesce(max(minor_divisor), 100) as minor_divisor,
        coalesce(sum(open_minor), 0) as open_minor,
        coalesce(sum(net_minor) filter (where net_minor > 0), 0) as positive_minor,
        coalesce(sum(net_minor), 0) as net_minor,
        coalesce(sum(remaining_minor), 0) as unpaid_minor,
        count(*) filter (where is_unknown) as unknown_count
    from balances
    group by currency_code
),

compared_balances as (
    select
        currency_code,
        unknown_count,
        open_minor != unpaid_minor as differs_from_list,
        currency_code || ' ' || {{ minor_text('open_minor', 'minor_divisor') }} as open_text,
        currency_code || ' ' || {{ minor_text('unpaid_minor', 'minor_divisor') }} as unpaid_text,
        open_minor != 0 or unpaid_minor != 0 as is_worth_telling
    from currency_balances
),

offered_ids as (
    select
        offer_number,
        unnest(invoice_ids) as invoice_id
    from offers
),

-- An offer is compared with the invoices it lists, else with all of its currency; credit in hand may be part of it.
offered_invoices as (
    select
        offered_ids.offer_number,
        sum(headers.incl_minor - headers.paid_minor) as open_minor,
        count(*) - count(headers.incl_minor - headers.paid_minor) as unknown_count
    from offered_ids
    left join headers on offered_ids.invoice_id = headers.invoice_id
    group by offered_ids.offer_number
),

compared_offers as (
    select
        coalesce(offered_invoices.unknown_count, 0) = 0
        and (
            abs(offers.total_minor - coalesce(offered_invoices.open_minor, balances.positive_minor, 0))
            in (0, abs(coalesce(offers.account_credit_minor, 0)))
            or (offered_invoices.offer_number is null and offers.total_minor = coalesce(balances.net_minor, 0))
        ) as is_right
    from offers
    left join offered_invoices on offers.offer_number = offered_invoices.offer_number
    left join currency_balances as balances on offers.currency_code = balances.currency_code
),

offer_balance as (
    select
        count(*) > 0 as has_offer,
        count(*) filter (where coalesce(is_right, false)) < count(*) as differs_from_offer
    from compared_offers
),

account_balance as (
    select
        count(*) filter (where unknown_count > 0) > 0 as has_unknown,
        count(*) filter (where differs_from_list) > 0 as differs_from_list,
        string_agg(open_text, ', ' order by currency_code) filter (where is_worth_telling) as open_text,
        string_agg(unpaid_text, ', ' order by currency_code) filter (where is_worth_telling) as unpaid_text
    from compared_balances
),

checks as (
    select
        '*' as invoice_id,
        'A8' as check_id,
        case
            when not loads.has_unpaid and not offer.has_offer then 'not_applicable'
            when
                balance.has_unknown or (loads.has_unpaid and balance.differs_from_list) or offer.differs_from_offer
                then 'fail'
            else 'pass'
        end as status,
        coalesce(balance.open_text, '0') as expected,
        if(loads.has_unpaid, coalesce(balance.unpaid_text, '0'), null) as actual,
        case
            when not loads.has_unpaid and not offer.has_offer then 'The list of unpaid invoices is not loaded.'
            when balance.has_unknown
                then
                    'The open balance cannot be proved: an amount is no number, or an unpaid invoice is in no other list.'
            when loads.has_unpaid and balance.differs_from_list
                then 'What is open by the invoices is not what the list of unpaid invoices asks for.'
            when offer.differs_from_offer
                then 'What is open by the invoices is not what paying them would take.'
            when not offer.has_offer
                then 'What is open is what the list of unpaid invoices asks for; what paying takes is not loaded.'
            else 'What is open is what the list of unpaid invoices asks for, and what paying takes.'
        end as message
    from account_balance as balance
    cross join offer_balance as offer
    cross join loads
    where exists (select 1 from headers) or exists (select 1 from unpaid)
)

select * from checks
