{#- Stops a build whose variables have values that mean nothing; each would otherwise pass as its default. -#}
{% macro check_vars() %}
    {% set choices = {
        'proration': ['actual', 'actual30', 'strict30', 'none'],
        'conversion_rate_direction': ['multiply', 'divide'],
        'yen_divisor': [none, 1, 100],
        'amps_basis': ['sum', 'max_feed'],
        'shared_pdu_attribution': ['none', 'equal'],
        'traffic_semantics': ['bytes_per_interval', 'bytes_per_second'],
        'stamp_convention': ['end', 'start'],
        'missing_samples': ['ignore', 'zero'],
        'bandwidth_direction': ['auto', 'p95_in', 'p95_out', 'max_of_p95', 'p95_of_max', 'p95_of_sum', 'sum_of_p95'],
        'overuse_rounding': ['exact', 'ceil_gb', 'ceil_tb'],
        'focus_amortisation': ['accrual', 'none']
    } %}
    {% for name, values in choices.items() if var(name) not in values %}
        {% do exceptions.raise_compiler_error(
            'The variable ' ~ name ~ ' is ' ~ var(name) ~ '. Set it to one of ' ~ values | join(', ') ~ ' in sql/dbt_project.yml.'
        ) %}
    {% endfor %}
{% endmacro %}
