{#- Periods, first day inclusive and last day exclusive, that end before they begin or overlap the next one of their key. -#}
{% test periods_apart(model, columns, start, until) %}
    with periods as (
        select
            *,
            lead({{ start }}) over (partition by {{ columns | join(', ') }} order by {{ start }}) as next_start
        from {{ model }}
    )

    select * from periods
    where {{ until }} < {{ start }} or coalesce({{ until }}, date '9999-12-31') > next_start
{% endtest %}
