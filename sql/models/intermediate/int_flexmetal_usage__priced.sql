with slices as (
    select
        *,
        'flexmetal_server:' || flexmetal_server_id as service_key,
        coalesce({{ billing_date('started_at') }}, month) as priced_on
    from {{ ref('stg_i3d__flexmetal_usage') }}
),

prices as (
    select * from {{ ref('service_price_history') }}
),

priced_slices as (
    select
        slices.flexmetal_server_id,
        slices.service_key,
        slices.month,
        slices.priced_on,
        cast(slices.billable_hours as decimal(18, 6)) as billable_hours,
        {{ bytes_to_gb('slices.bandwidth_in_bytes') }} as bandwidth_in_gb,
        {{ bytes_to_gb('slices.bandwidth_out_bytes') }} as bandwidth_out_gb,
        coalesce(prices.currency_code, 'XXX') as currency_code,
        prices.price_per_hour,
        prices.price_per_gb_out,
        {{ product('slices.billable_hours', 'prices.price_per_hour') }} as hours_amount,
        case
            when prices.price_per_gb_out is null then 0
            else {{ product(bytes_to_gb('slices.bandwidth_out_bytes'), 'prices.price_per_gb_out') }}
        end as bandwidth_amount
    from slices
    left join prices
        on
            slices.service_key = prices.service_key
            and slices.priced_on >= prices.valid_from
            and coalesce(slices.priced_on < prices.valid_to, true)
)

select * from priced_slices
