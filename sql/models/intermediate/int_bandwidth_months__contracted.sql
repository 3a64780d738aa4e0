{{ config(materialized='table') }}

{% set directions = "('p95_in', 'p95_out', 'max_of_p95', 'p95_of_max', 'p95_of_sum', 'sum_of_p95')" %}

with months as (
    select * from {{ ref('int_bandwidth_months__spanned') }}
),

settings as (
    select
        service_key,
        max(case when price_per_mbit >= 0 then price_per_mbit end) as price_per_mbit,
        max(case when link_mbit > 0 then link_mbit end) as link_mbit,
        max(split_part(lower(trim(bandwidth_method)), '/', 1)) as direction,
        max(lower(trim(overuse_rounding))) as overuse_rounding
    from {{ ref('contract_terms') }}
    group by service_key
),

-- The terms of a month are those at its end, or the first that were seen.
month_terms as (
    select
        months.service_key,
        months.month,
        terms.billing_type,
        terms.commit_gb,
        terms.commit_mbit,
        terms.has_free_ingress,
        terms.price_per_tb_overuse,
        terms.currency_code
    from months
    inner join {{ ref('int_bandwidth_terms__versioned') }} as terms on months.service_key = terms.service_key
    qualify row_number() over (
        partition by months.service_key, months.month
        order by
            coalesce(epoch_us(terms.valid_from_at) < months.end_stamp * 1000000, false) desc,
            abs(epoch_us(terms.valid_from_at) - months.end_stamp * 1000000) asc nulls last
    ) = 1
),

contracted_months as (
    select
        months.*,
        terms.billing_type,
        case when terms.commit_gb >= 0 then terms.commit_gb end as commit_gb,
        case when terms.commit_mbit >= 0 then terms.commit_mbit end as commit_mbit,
        coalesce(terms.has_free_ingress, false) as has_free_ingress,
        case when terms.price_per_tb_overuse >= 0 then terms.price_per_tb_overuse end as price_per_tb_overuse,
        settings.price_per_mbit,
        settings.link_mbit,
        coalesce(terms.currency_code, 'XXX') as currency_code,
        coalesce(currencies.decimals, 2) as decimals,
        case
            when settings.direction in {{ directions }} then settings.direction
            when '{{ var("bandwidth_direction") }}' in {{ directions }} then '{{ var("bandwidth_direction") }}'
            when terms.has_free_ingress then 'p95_out'
            else 'p95_of_max'
        end as direction,
        case
            when settings.overuse_rounding in ('exact', 'ceil_gb', 'ceil_tb') then settings.overuse_rounding
            else '{{ var("overuse_rounding") }}'
        end as overuse_rounding
    from months
    left join month_terms as terms on months.service_key = terms.service_key and months.month = terms.month
    left join settings on months.service_key = settings.service_key
    left join {{ ref('int_currencies__listed') }} as currencies on terms.currency_code = currencies.currency_code
)

select * from contracted_months -- noqa: AM04
order by service_key, month
