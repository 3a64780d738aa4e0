{#- Fails unless exactly one row meets a condition. -#}
{% test one_row_where(model, condition) %}
    select count(*) as row_count
    from {{ model }}
    where {{ condition }}
    having count(*) != 1
{% endtest %}
