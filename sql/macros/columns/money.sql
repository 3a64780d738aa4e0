{#-
    Cents, as text, in major units: NULL where the text is no number. `divisor` says how many of them make one, 1, 100 or
    1000; it multiplies by the reciprocal, because DuckDB divides decimals as DOUBLE, and wider, because the product of a
    huge amount would overflow. Prices per unit take `scale=6`.
-#}
{% macro cents_to_amount(column, divisor=100, scale=4) -%}
    cast(
        cast(try_cast({{ column }} as decimal(18, 6)) as decimal(28, 6))
        * case {{ divisor }} when 1 then 1.000 when 1000 then 0.001 else 0.010 end
        as decimal(18, {{ scale }})
    )
{%- endmacro %}


{#- The ISO code of a currency the API names in its own words; XXX, the code for none, where the name says nothing. -#}
{% macro currency_code(name) -%}
    case
        when upper(trim({{ name }})) in ('EURO', 'EUROS', '€') then 'EUR'
        when upper(trim({{ name }})) in ('US DOLLAR', 'DOLLAR', '$') then 'USD'
        when upper(trim({{ name }})) in ('YEN', 'JAPANESE YEN', '¥') then 'JPY'
        when regexp_full_match(upper(trim({{ name }})), '[A-Z]{3}') then upper(trim({{ name }}))
        else 'XXX'
    end
{%- endmacro %}


{#- An amount in euros, rounded to cents, by the provider's rate; NULL without one. -#}
{% macro to_euro(amount, rate) -%}
    {%- if var('conversion_rate_direction') == 'divide' -%}
        {{ minor_to_amount(divide_half_up(unscaled(amount) ~ ' * 1000000', unscaled(rate)), 2) }}
    {%- else -%}
        cast(round(cast({{ amount }} as decimal(28, 4)) * {{ rate }}, 2) as decimal(18, 4))
    {%- endif -%}
{%- endmacro %}


{#- An amount as a person reads it, with its currency: 12.50 EUR, 24000 JPY. -#}
{% macro amount_text(amount, currency_code) -%}
    (
        regexp_replace(cast({{ amount }} as varchar), case {{ currency_code }} when 'JPY' then '[.]0000$' else '00$' end, '')
        || ' ' || {{ currency_code }}
    )
{%- endmacro %}
