with figures as (
    select * from {{ ref('int_traffic_figures__final') }}
),

errors as (
    select
        methods.service_key,
        methods.month,
        methods.method,
        methods.method_bps,
        figures.provider_mbit * cast(1000000 as hugeint) as provider_bps,
        figures.provider_observed_at,
        figures.is_near_end,
        abs(methods.method_bps - figures.provider_mbit * cast(1000000 as hugeint)) as error_bps
    from {{ ref('int_traffic_methods__computed') }} as methods
    inner join figures on methods.service_key = figures.service_key and methods.month = figures.month
),

ranked_errors as (
    select
        *,
        rank() over (partition by service_key, month order by error_bps) as place,
        nth_value(error_bps, 2) over (
            partition by service_key, month order by error_bps rows between unbounded preceding and unbounded following
        ) as runner_up_bps
    from errors
),

month_winners as (
    select
        *,
        is_near_end and place = 1
        and error_bps < greatest(provider_bps * 5 // 1000, 500000)
        and runner_up_bps > 2 * error_bps as is_month_winner
    from ranked_errors
),

bandwidth_method_fit as (
    select
        service_key,
        month,
        method,
        {{ from_millionths('method_bps') }} as method_mbit,
        {{ from_millionths('provider_bps') }} as provider_mbit,
        case
            when provider_bps > 0
                then cast(
                    cast(least({{ divide_half_up('error_bps * 1000000', 'provider_bps') }}, 999999999) as decimal(18, 0))
                    * 0.0001
                    as decimal(9, 4)
                )
        end as error_pct,
        place as rank,
        {{ from_millionths('error_bps') }} as error_mbit,
        is_near_end as is_provider_figure_final,
        provider_observed_at,
        is_month_winner,
        cast(sum(cast(is_month_winner as integer)) over (partition by service_key, method) as bigint) as months_won,
        sum(cast(is_month_winner as integer)) over (partition by service_key, method) >= 3 as is_winner
    from month_winners
)

select * from bandwidth_method_fit
order by service_key, month, rank, method
