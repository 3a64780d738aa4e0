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
    (case {{ decimals }} when 0 then 1 when 1 then 10 when 3 then 1000 else 100 end)
{%- endmacro %}


{#- A whole number of minor units as an amount of the currency. -#}
{% macro minor_to_amount(column, decimals) -%}
    cast(
        cast({{ column }} as decimal(18, 0)) * case {{ decimals }} when 0 then 1.000 when 1 then 0.100 when 3 then 0.001 else 0.010 end
        as decimal(18, 4)
    )
{%- endmacro %}


{#- A share in per cent of two decimals of scale 6, at the scale of the marts; NULL of nothing, and beyond that scale. -#}
{% macro percentage(part, whole) -%}
    case
        when {{ whole }} > 0
            then try_cast(
                try_cast({{ divide_half_up(unscaled(part) ~ ' * 1000000', unscaled(whole)) }} as decimal(18, 0)) * 0.0001
                as decimal(9, 4)
            )
    end
{%- endmacro %}


{#- An exact product of nine and six decimals. DuckDB keeps the precision of the factors, and that of two DECIMAL(18) overflows. -#}
{% macro product(first, second) -%}
    (cast({{ first }} as decimal(38, 9)) * cast({{ second }} as decimal(18, 6)))
{%- endmacro %}


{#- Exact parts of an amount at fifteen decimals, over a whole number of days or 1, rounded once to the currency's minor unit. -#}
{% macro round_amount(parts, whole, decimals) -%}
    {{ minor_to_amount(
        divide_half_up(unscaled(parts) ~ ' * ' ~ minor_units(decimals), whole ~ ' * cast(1000000000000000 as hugeint)'), decimals
    ) }}
{%- endmacro %}


{#- Bytes in GB of 10^9, at the scale of quantities. -#}
{% macro bytes_to_gb(column) -%}
    cast(cast({{ column }} as decimal(38, 0)) * 0.000000001 as decimal(18, 6))
{%- endmacro %}


{#- A quantity over a whole number, rounded at the scale of quantities. -#}
{% macro divide_quantity(quantity, whole) -%}
    cast(
        cast({{ divide_half_up(unscaled('cast(' ~ quantity ~ ' as decimal(38, 6))'), whole) }} as decimal(18, 0)) * 0.000001
        as decimal(18, 6)
    )
{%- endmacro %}


{#- The n-th of so many even shares of an amount, in whole minor units: the first ones are one unit larger, all add up to it. -#}
{% macro share_of_amount(amount, decimals, count, position) -%}
    {%- set minor = '(' ~ unscaled('cast(' ~ amount ~ ' as decimal(18, 4))') ~ ' * ' ~ minor_units(decimals) ~ ' // 10000)' -%}
    {{ minor_to_amount(
        '(' ~ minor ~ ' // ' ~ count ~ ' + case when ' ~ position ~ ' <= abs(' ~ minor ~ ' % ' ~ count ~ ') then sign('
        ~ minor ~ ') else 0 end)', decimals
    ) }}
{%- endmacro %}
