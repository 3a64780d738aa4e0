with months as (
    select * from {{ ref('int_bandwidth_months__used') }}
),

figures as (
    select
        'colocation:' || colocation_id as service_key,
        {{ month_of(billing_date('observed_at')) }} as month,
        arg_max(month_p95_mbit, observed_at) as provider_mbit,
        max(observed_at) as provider_observed_at
    from {{ ref('stg_i3d__colocation_traffic_observations') }}
    where month_p95_mbit is not null
    group by all
),

final_figures as (
    select
        figures.*,
        epoch_us(figures.provider_observed_at) // 1000000 >= months.end_stamp - 3600 * {{ var('observed_hours') }}
            as is_near_end
    from months
    inner join figures on months.service_key = figures.service_key and months.month = figures.month
    where not months.is_open_month and months.coverage_pct >= {{ var('bandwidth_warn_coverage_pct') }}
)

select * from final_figures
