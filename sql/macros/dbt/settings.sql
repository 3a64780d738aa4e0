{#- Stops a build whose variables have values that mean nothing; each would otherwise pass as its default. -#}
{% macro check_vars() %}
    {% set choices = {
        'proration': ['actual', 'actual30', 'strict30', 'none'],
        'conversion_rate_direction': ['multiply', 'divide'],
        'yen_divisor': [none, 1, 100]
    } %}
    {% for name, values in choices.items() if var(name) not in values %}
        {% do exceptions.raise_compiler_error(
            'The variable ' ~ name ~ ' is ' ~ var(name) ~ '. Set it to one of ' ~ values | join(', ') ~ ' in sql/dbt_project.yml.'
        ) %}
    {% endfor %}
{% endmacro %}
