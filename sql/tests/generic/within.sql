{#- The rows with a number outside of its bounds; NULL is inside. -#}
{% test within(model, columns, least, most=none) %}
    select * from {{ model }}
    where
        {%- for column in columns %}
            {{ column }} < {{ least }}{% if most is not none %} or {{ column }} > {{ most }}{% endif %}
            {{- ' or' if not loop.last }}
        {%- endfor %}
{% endtest %}
