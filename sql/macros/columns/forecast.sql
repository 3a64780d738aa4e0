{#-
    The least-squares line through the daily values of a series up to and including each day: how many days, over how long,
    its slope per day, its value on the day, how much of the movement it explains. DOUBLE, because it is an estimate.
-#}
{% macro fit_columns(value, day, keys) -%}
    {%- set history = 'over (partition by ' ~ keys | join(', ') ~ ' order by ' ~ day ~ ')' -%}
    {%- set line = '(cast(' ~ value ~ ' as double), ' ~ day ~ " - date '2000-01-01')" -%}
    count({{ value }}) {{ history }} as fitted_days,
    {{ day }} - min({{ day }}) {{ history }} as fitted_span,
    regr_slope{{ line }} {{ history }} as fitted_slope,
    regr_intercept{{ line }} {{ history }}
    + regr_slope{{ line }} {{ history }} * ({{ day }} - date '2000-01-01') as fitted_value,
    regr_r2{{ line }} {{ history }} as fitted_r2
{%- endmacro %}


{#- The rule that forbids a forecast of the day on which the line reaches a limit; NULL where none does. -#}
{% macro forecast_reason(value, limit) -%}
    case
        when {{ limit }} is null or {{ value }} is null then 'unknown'
        when {{ value }} >= {{ limit }} then 'exhausted'
        when fitted_days < {{ var('forecast_min_days') }} then 'too_few_days'
        when not coalesce(fitted_slope > 0, false) then 'not_growing'
        when fitted_r2 < {{ var('forecast_min_r2') }} then 'poor_fit'
        when ({{ limit }} - fitted_value) / fitted_slope > {{ var('forecast_max_horizon') }} * fitted_span then 'beyond_horizon'
    end
{%- endmacro %}


{#- Days from the day of the row until the line reaches a limit, not below 0; NULL where a rule forbids the forecast. -#}
{% macro forecast_days(value, limit) -%}
    case
        when {{ forecast_reason(value, limit) }} is null
            then cast(greatest(({{ limit }} - fitted_value) / fitted_slope, 0) as decimal(18, 6))
    end
{%- endmacro %}
