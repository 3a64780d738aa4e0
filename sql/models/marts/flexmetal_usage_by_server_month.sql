with slices as (
    select * from {{ ref('int_flexmetal_usage__priced') }}
),

currencies as (
    select * from {{ ref('int_currencies__listed') }}
),

server_months as (
    select
        flexmetal_server_id as server_uuid,
        month,
        -- A sum that lacks a part is not known.
        case when count(*) = count(billable_hours) then sum(billable_hours) end as billable_hours,
        case when count(*) = count(bandwidth_in_gb) then sum(bandwidth_in_gb) end as bandwidth_in_gb,
        case when count(*) = count(bandwidth_out_gb) then sum(bandwidth_out_gb) end as bandwidth_out_gb,
        count(price_per_hour) = count(*) as is_priced,
        count(distinct currency_code) = 1 as has_one_currency,
        min(currency_code) as currency_code,
        case when count(*) = count(hours_amount + bandwidth_amount) then sum(hours_amount + bandwidth_amount) end
            as exact_amount
    from slices
    group by
        flexmetal_server_id,
        month
),

flexmetal_usage_by_server_month as (
    select
        server_months.server_uuid,
        server_months.month,
        cast(server_months.billable_hours as decimal(18, 6)) as billable_hours,
        cast(server_months.bandwidth_in_gb as decimal(18, 6)) as bandwidth_in_gb,
        cast(server_months.bandwidth_out_gb as decimal(18, 6)) as bandwidth_out_gb,
        case
            when server_months.has_one_currency then {{ round_amount('server_months.exact_amount', 1, 'currencies.decimals') }}
        end as usage_amount,
        case when server_months.has_one_currency then server_months.currency_code else 'XXX' end as currency_code,
        nullif(concat_ws(
            ', ',
            case when not server_months.is_priced then 'unpriced' end,
            case when not server_months.has_one_currency then 'several_currencies' end,
            case when server_months.billable_hours is null then 'hours_unknown' end,
            case
                when server_months.bandwidth_in_gb is null or server_months.bandwidth_out_gb is null then 'bandwidth_unknown'
            end
        ), '') as reason
    from server_months
    left join currencies on server_months.currency_code = currencies.currency_code
)

select * from flexmetal_usage_by_server_month
order by server_uuid, month
