with used_months as (
    select * from {{ ref('int_bandwidth_months__used') }}
),

-- What lies above the commit, in bytes of volume or in bit/s.
differences as (
    select
        *,
        is_semantics_contradicted and not is_observed as is_contradicted,
        case
            when billing_type = 'volume' and not is_contradicted
                then used_bytes - cast(cast(commit_gb as decimal(38, 6)) * 1000000000 as hugeint)
        end as difference_bytes,
        case
            when billing_type = 'p95' and not is_contradicted
                then used_bps - cast(cast(commit_mbit as decimal(38, 6)) * 1000000 as hugeint)
        end as difference_bps
    from used_months
),

overuses as (
    select
        *,
        case when difference_bytes > 0 then difference_bytes when difference_bytes <= 0 then 0 end as exact_overuse_bytes,
        case when difference_bps > 0 then difference_bps when difference_bps <= 0 then 0 end as overuse_bps
    from differences
),

rounded_overuses as (
    select
        *,
        case overuse_rounding
            when 'ceil_gb' then (exact_overuse_bytes + 999999999) // 1000000000 * 1000000000
            when 'ceil_tb' then (exact_overuse_bytes + 999999999999) // 1000000000000 * 1000000000000
            else exact_overuse_bytes
        end as overuse_bytes,
        case billing_type when 'volume' then price_per_tb_overuse when 'p95' then price_per_mbit end as overuse_unit_price,
        case billing_type when 'volume' then cast(1000000000000 as hugeint) when 'p95' then 1000000 end as unit_size
    from overuses
),

quantities as (
    select
        *,
        case billing_type when 'volume' then overuse_bytes when 'p95' then overuse_bps end as overuse_quantity
    from rounded_overuses
),

-- One rounding, to the minor unit: the quantity and the price are whole numbers of bytes or bit/s and of millionths.
charged_months as (
    select
        *,
        case
            when is_cross_connect or is_contradicted then null
            when billing_type = 'unmetered' or overuse_quantity = 0 then 0
            else
                {{ divide_half_up(
                    'overuse_quantity * ' ~ to_millionths('overuse_unit_price') ~ ' * ' ~ minor_units('decimals'),
                    'unit_size * 1000000'
                ) }}
        end as minor_amount
    from quantities
),

judged_months as (
    select
        *,
        case
            when not is_observed and sample_count + spike_count = 0 then 'no_samples'
            when is_contradicted then 'traffic_semantics_unknown'
            when not is_observed and step_seconds is null then 'step_unknown'
            when billing_type = 'unmetered' and is_observed then 'unit_unknown'
            when billing_type = 'volume' and used_bytes is null or billing_type = 'p95' and used_bps is null then 'no_samples'
            when is_open_month then 'open_month'
            when not is_near_end then 'observed_early'
            when step_seconds != {{ var('bandwidth_step_seconds') }} then 'coarse_step'
            when not is_observed and coverage_pct < {{ var('bandwidth_min_coverage_pct') }} then 'low_coverage'
        end as doubt,
        case
            when is_cross_connect then 'no_commit'
            when billing_type is null then 'billing_type_unknown'
            when billing_type = 'volume' and commit_gb is null or billing_type = 'p95' and commit_mbit is null then 'no_commit'
            when minor_amount is null and overuse_quantity > 0 then 'unpriced'
        end as missing_price
    from charged_months
)

select * from judged_months -- noqa: AM04
