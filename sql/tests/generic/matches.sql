{#- The rows whose whole text does not match a pattern; NULL does. -#}
{% test matches(model, column_name, pattern) %}
    select * from {{ model }}
    where not regexp_full_match({{ column_name }}, '{{ pattern }}')
{% endtest %}
