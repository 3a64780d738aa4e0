{#- Bytes of a sample: NULL for less than nothing and for more than any port carries, which would overflow the sums. -#}
{% macro traffic_value(column) -%}
    case when {{ column }} between 0 and 10000000000000000 then {{ column }} end
{%- endmacro %}


{#- The first second of a day, as unix seconds, in the time zone of a column or literal. -#}
{% macro midnight_in(zone, day) -%}
    cast(epoch(timezone({{ zone }}, cast({{ day }} as timestamp))) as bigint)
{%- endmacro %}


{#- The month a sample belongs to in the billing time zone: one stamped at its end belongs to the second before. -#}
{% macro month_of_sample(stamp) -%}
    {{ month_of(billing_date('make_timestamp((' ~ stamp ~ (' - 1' if var('traffic_stamp') == 'end' else '') ~ ') * 1000000)')) }}
{%- endmacro %}


{#- How many samples of a step a window holds: by their end `start < stamp <= end`, by their start `start <= stamp < end`. -#}
{% macro sample_slots(start, until, step, stamping) -%}
    case {{ stamping }}
        when 'end' then {{ until }} // {{ step }} - {{ start }} // {{ step }}
        else ({{ until }} + {{ step }} - 1) // {{ step }} - ({{ start }} + {{ step }} - 1) // {{ step }}
    end
{%- endmacro %}


{#- The rank of the 95th percentile, counted from the smallest of so many: as many as are left when the top 5 % are discarded. -#}
{% macro nearest_rank(samples) -%}
    ((95 * {{ samples }} + 99) // 100)
{%- endmacro %}


{#- One figure of four, by the way traffic is measured; NULL where the figures it takes are. -#}
{% macro by_direction(method, ingress, egress, larger, both) -%}
    case {{ method }}
        when 'p95_in' then {{ ingress }}
        when 'p95_out' then {{ egress }}
        when 'max_of_p95' then case when {{ ingress }} > {{ egress }} then {{ ingress }} else {{ egress }} end
        when 'p95_of_max' then {{ larger }}
        when 'p95_of_sum' then {{ both }}
        when 'sum_of_p95' then {{ ingress }} + {{ egress }}
    end
{%- endmacro %}


{#- Bits per second in Mbit/s, exactly. -#}
{% macro bps_to_mbit(column) -%}
    cast(try_cast({{ column }} as decimal(18, 0)) * 0.000001 as decimal(18, 6))
{%- endmacro %}


{#- Bytes in GB of 10^9, rounded half up at the scale of quantities; not negative. -#}
{% macro bytes_to_gb_half_up(column) -%}
    cast(try_cast(({{ column }} + 500) // 1000 as decimal(18, 0)) * 0.000001 as decimal(18, 6))
{%- endmacro %}


{#- What is above a commit, 0 where nothing is; NULL where either is. -#}
{% macro excess(used, included) -%}
    case when {{ used }} > {{ included }} then {{ used }} - {{ included }} when {{ used }} <= {{ included }} then 0 end
{%- endmacro %}


{#- The share of two whole numbers, the second above 0, in per cent at the scale of the marts. -#}
{% macro count_pct(part, whole) -%}
    cast(cast({{ divide_half_up('(' ~ part ~ ') * 1000000', '(' ~ whole ~ ')') }} as decimal(18, 0)) * 0.0001 as decimal(9, 4))
{%- endmacro %}



{#- Whether a row of the plan is to be made now; all are where nobody fills a table, as in a unit test. -#}
{% macro is_wanted_part() -%}
    coalesce(month = cast(getvariable('month') as date), true)
    and coalesce(list_contains(cast(getvariable('services') as varchar[]), service_key), true)
{%- endmacro %}


{#- Whether unix seconds lie near the month that is being made: a filter that a scan can use before it knows the exact bounds. -#}
{% macro is_near_month(stamp) -%}
    {{ stamp }} >= coalesce(epoch(cast(getvariable('month') as date)) - 172800, 0)
    and {{ stamp }} < coalesce(epoch(cast(getvariable('month') as date)) + 34 * 86400, 253402300800)
{%- endmacro %}
