with parts as (
    select *
    from {{ ref('int_focus_lines__split') }}
    where charge_part = 'charge' and charge_category in ('Usage', 'Purchase')
),

prices as (
    select
        *,
        lead(valid_from) over (partition by service_key order by valid_from) as next_from,
        row_number() over (partition by service_key order by valid_from) as price_number
    from {{ ref('service_price_history') }}
),

-- The price that held on the day of the invoice; before the first one that was seen, the first.
priced_parts as (
    select
        parts.*,
        prices.monthly_price,
        prices.price_per_kwh,
        prices.price_per_hour,
        prices.price_per_gb_out,
        prices.price_per_tb_overuse,
        terms.price_per_mbit,
        regexp_extract(
            lower(concat_ws(' ', parts.description, parts.remarks)), '(^|[^a-z])(kwh|gb|tb|mbit|mbps|hours?)([^a-z]|$)', 2
        ) as unit_word
    from parts
    left join prices
        on
            parts.service_key = prices.service_key
            and parts.currency_code = prices.currency_code
            and (parts.issued_on >= prices.valid_from or prices.price_number = 1)
            and coalesce(parts.issued_on < prices.next_from, true)
    left join {{ ref('contract_terms') }} as terms on parts.service_key = terms.service_key
),

-- Gigabytes are counted and priced by the terabyte, as the contracts do.
units as (
    select
        *,
        case
            when corrected_kind = 'recurring' and coalesce(quantity in (1, months), true) then 'Months'
            when corrected_kind = 'power' then 'kWh'
            when unit_word in ('gb', 'tb') then 'TB'
            when corrected_kind = 'usage' then 'Hours'
            when unit_word in ('mbit', 'mbps') or unit_price = price_per_mbit then 'Mb/Second'
            when unit_price in (price_per_tb_overuse, price_per_tb_overuse * 0.001) then 'TB'
            else 'Units'
        end as unit,
        case
            when unit_word = 'gb' or (unit_word = '' and unit_price = price_per_tb_overuse * 0.001) then 1000 else 1
        end as units_of_line
    from priced_parts
),

offers as (
    select
        invoice_id,
        line_number,
        part_amount,
        unit,
        case unit when 'Months' then months else {{ divide_quantity('abs(quantity)', 'units_of_line') }} end as quantity,
        try_cast(case unit
            when 'Months' then monthly_price
            when 'kWh' then price_per_kwh
            when 'Hours' then price_per_hour
            when 'Mb/Second' then price_per_mbit
            when 'TB' then coalesce(
                case corrected_kind when 'usage' then cast(price_per_gb_out as decimal(28, 6)) * 1000 end, price_per_tb_overuse
            )
        end as decimal(18, 6)) as contract_price,
        abs(quantity) as line_quantity,
        abs(unit_price) as line_price,
        abs(abs(part_amount) - cast(abs(quantity) as decimal(38, 6)) * abs(unit_price))
        <= case minor_divisor when 1 then 1.0 when 1000 then 0.001 else 0.01 end as is_explained,
        case
            when unit = 'Months' and quantity != months then 'Units'
            when units_of_line = 1 then unit
            else 'GB'
        end as line_unit
    from units
),

chosen_offers as (
    select
        *,
        case
            when quantity is not null and contract_price >= 0 then 'contract'
            when is_explained then 'invoice'
            else 'amount'
        end as price_source
    from offers
),

priced_lines as (
    select
        invoice_id,
        line_number,
        price_source,
        case price_source when 'contract' then unit when 'invoice' then line_unit else 'Units' end as pricing_unit,
        cast(
            case when part_amount < 0 then -1 else 1 end
            * case price_source when 'contract' then quantity when 'invoice' then line_quantity else 1 end
            as decimal(18, 6)
        ) as pricing_quantity,
        cast(
            case price_source when 'contract' then contract_price when 'invoice' then line_price else abs(part_amount) end
            as decimal(18, 6)
        ) as unit_price
    from chosen_offers
)

select * from priced_lines
