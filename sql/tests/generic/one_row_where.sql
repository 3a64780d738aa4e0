{#- Fails unless exactly one row meets a condition, or there is none at all. -#}
{% test one_row_where(model, condition) %}
    select count(*) as row_count
    from {{ model }}
    having count(*) > 0 and count(*) filter (where {{ condition }}) != 1
{% endtest %}
