{#- The rows in which two expressions that must be equal are known and differ. -#}
{% test accounts_agree(model, left, right) %}
    select * from {{ model }}
    where ({{ left }}) != ({{ right }})
{% endtest %}
