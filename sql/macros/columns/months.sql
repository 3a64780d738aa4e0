{#- The first day of the month. -#}
{% macro month_of(column) -%}
    cast(date_trunc('month', {{ column }}) as date)
{%- endmacro %}


{#- The same day so many months later or earlier, clamped to the length of the month. Always from an anchor, never step by step. -#}
{% macro add_months(day, months) -%}
    cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}


{#- How many whole months lie between two days: the most that can be added to the first without passing the second. -#}
{% macro whole_months(start, until) -%}
    (
        date_diff('month', {{ start }}, {{ until }})
        - case when {{ add_months(start, "date_diff('month', " ~ start ~ ", " ~ until ~ ")") }} > {{ until }} then 1 else 0 end
    )
{%- endmacro %}
