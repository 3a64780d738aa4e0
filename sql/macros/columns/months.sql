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


{#-
    How much of a month a part of a service's time in it counts, and of how much: the days of the month or as the setting
    `proration` says. A month in which the service ran throughout is always whole, whatever the convention.
-#}
{% macro counted_days(start, until, is_whole_month) -%}
    {%- if var('proration') == 'strict30' -%}
        case
            when {{ is_whole_month }} then {{ until }} - {{ start }}
            else {{ days_between_of_thirty(start, until) }}
        end
    {%- else -%}
        {{ until }} - {{ start }}
    {%- endif -%}
{%- endmacro %}


{% macro days_of_whole(month, active_days, is_whole_month) -%}
    case
        when {{ is_whole_month }} then day(last_day({{ month }}))
        else {{ {'none': active_days, 'actual': 'day(last_day(' ~ month ~ '))'}.get(var('proration'), 30) }}
    end
{%- endmacro %}


{#- The whole number of steps that reaches at least so far: 0 where that is nothing or less. -#}
{% macro steps_to(distance, step) -%}
    (greatest({{ distance }} + {{ step }} - 1, 0) // {{ step }})
{%- endmacro %}


{#- How many months a period is: whole ones from its first day, else the shares of the calendar months it lies in. -#}
{% macro months_between(start, until) -%}
    case
        when {{ add_months(start, whole_months(start, until)) }} = {{ until }}
            then cast({{ whole_months(start, until) }} as decimal(18, 6))
        else cast(
            date_diff('month', {{ start }}, {{ until }}) + {{ passed_share(until) }} - {{ passed_share(start) }} as decimal(18, 6)
        )
    end
{%- endmacro %}


{#- The share of its month that has passed at the begin of a day. -#}
{% macro passed_share(day) -%}
    {{ divide_quantity('(day(' ~ day ~ ') - 1)', 'day(last_day(' ~ day ~ '))') }}
{%- endmacro %}


{#- The days from one day to another where every month has thirty. -#}
{% macro days_between_of_thirty(start, until) -%}
    (
        30 * date_diff('month', {{ start }}, {{ until }})
        + least(day({{ until }}) - 1, 30) - least(day({{ start }}) - 1, 30)
    )
{%- endmacro %}
