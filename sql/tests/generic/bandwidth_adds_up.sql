{#- The rows whose figures contradict each other: sums, excess over the commit, price times quantity, order of percentiles. -#}
{% test bandwidth_adds_up(model) %}
    with currencies as (
        select
            currency_code,
            max(decimals) as decimals
        from {{ ref('stg_i3d__currencies') }}
        group by currency_code
    )

    select months.*
    from {{ model }} as months
    left join currencies on months.currency_code = currencies.currency_code
    where
        abs({{ unscaled('used_gb') }} * 1000 - case when has_free_ingress then egress_bytes else ingress_bytes + egress_bytes end) > 500
        or overuse_gb != case when used_gb > commit_gb then used_gb - commit_gb else 0 end
        or overuse_mbit != case when used_mbit > commit_mbit then used_mbit - commit_mbit else 0 end
        or abs(cast(overuse_amount as decimal(38, 15)) - cast(overuse_quantity as decimal(38, 9)) * overuse_unit_price)
        > case currencies.decimals when 0 then 0.5 when 1 then 0.05 when 3 then 0.0005 else 0.005 end
        or max_of_p95_mbit > p95_of_max_mbit
        or p95_of_max_mbit > p95_of_sum_mbit
        or p95_of_sum_mbit > 2 * p95_of_max_mbit
        or sum_of_p95_mbit != p95_in_mbit + p95_out_mbit
        or used_mbit_low > used_mbit
        or used_mbit > used_mbit_high
        or (
            missing_samples = 'ignore'
            and bandwidth_method != 'sum_of_p95'
            and (used_mbit > commit_mbit) != (samples_above_commit > sample_count - (95 * sample_count + 99) // 100)
        )
{% endtest %}
