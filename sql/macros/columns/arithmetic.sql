{#- The digits of a DECIMAL without its point, as HUGEINT: 1.25 of scale 2 is 125. DuckDB has no cast that says so. -#}
{% macro unscaled(column) -%}
    cast(replace(cast({{ column }} as varchar), '.', '') as hugeint)
{%- endmacro %}


{#-
    The quotient of two whole numbers, the second positive, rounded to a whole number, halves away from zero. DuckDB divides
    decimals as DOUBLE and would lose the half.
-#}
{% macro divide_half_up(numerator, denominator) -%}
    (cast(sign({{ numerator }}) as hugeint) * ((2 * abs({{ numerator }}) + ({{ denominator }})) // (2 * ({{ denominator }}))))
{%- endmacro %}


{#- Ten to the power of a number of decimals, as a whole number; currencies have none to three. -#}
{% macro minor_units(decimals) -%}
    case {{ decimals }} when 0 then 1 when 1 then 10 when 3 then 1000 else 100 end
{%- endmacro %}


{#- A whole number of minor units as an amount of the currency. -#}
{% macro minor_to_amount(column, decimals) -%}
    cast(
        cast({{ column }} as decimal(18, 0)) * case {{ decimals }} when 0 then 1.000 when 1 then 0.100 when 3 then 0.001 else 0.010 end
        as decimal(18, 4)
    )
{%- endmacro %}


{#- A share in per cent of two decimals of scale 6, the second positive, at the scale of the marts. -#}
{% macro percentage(part, whole) -%}
    case
        when {{ whole }} > 0
            then cast(
                cast({{ divide_half_up(unscaled(part) ~ ' * 1000000', unscaled(whole)) }} as decimal(18, 0)) * 0.0001
                as decimal(9, 4)
            )
    end
{%- endmacro %}


{#- An exact product at twelve decimals. DuckDB keeps the precision of the factors, and that of two DECIMAL(18) overflows. -#}
{% macro product(first, second) -%}
    (cast({{ first }} as decimal(38, 6)) * cast({{ second }} as decimal(18, 6)))
{%- endmacro %}
