{#-
    A date in any of the spellings that contracts may come in; NULL for the spellings of "none" and for what is no date.
    A time of day is dropped as written, not moved to another zone: the API means days.
-#}
{% macro parse_date(column) -%}
    nullif(
        cast(coalesce(
            try_strptime(
                regexp_extract(trim({{ column }}), '^(\d{4}-\d{2}-\d{2})([T ][\d:.]+(Z|[+-][\d:]+)?)?$', 1), '%Y-%m-%d'
            ),
            try_strptime(regexp_extract(trim({{ column }}), '^\d{2}-\d{2}-\d{4}$'), '%d-%m-%Y')
        ) as date),
        date '1970-01-01'
    )
{%- endmacro %}


{#- Two columns: the date, and `<name>_raw`, the text as it came where it says something that is no date. -#}
{% macro date_columns(column, name) -%}
    {{ parse_date(column) }} as {{ name }},
    case
        when {{ parse_date(column) }} is null and not regexp_matches({{ column }}, '^\s*(1970-01-01.*|01-01-1970|[0 :.TZ+-]*)$')
            then {{ column }}
    end as {{ name }}_raw
{%- endmacro %}


{#- The moment, in UTC, of unix seconds; NULL for 0, the API's "never", and for what lies beyond the year 9999. -#}
{% macro from_unix(column) -%}
    case when {{ column }} between 1 and 253402300799 then make_timestamp({{ column }} * 1000000) end
{%- endmacro %}


{#- A loaded moment as a TIMESTAMP in UTC, whatever the time zone of the session that asks. -#}
{% macro utc(column) -%}
    make_timestamp(epoch_us({{ column }}))
{%- endmacro %}


{#- The day of a moment in the billing time zone. -#}
{% macro billing_date(column) -%}
    cast(timezone('{{ var("billing_timezone") }}', timezone('UTC', {{ column }})) as date)
{%- endmacro %}
