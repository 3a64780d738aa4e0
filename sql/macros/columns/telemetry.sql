{#- The first second of a day of the billing time zone, as unix seconds. -#}
{% macro midnight_stamp(day) -%}
    cast(epoch(timezone('{{ var("billing_timezone") }}', cast({{ day }} as timestamp))) as bigint)
{%- endmacro %}


{#- The day of the billing time zone in which a quarter of an hour lies, counted since 1970; no zone cuts one. -#}
{% macro quarter_date(quarter) -%}
    {{ billing_date('make_timestamp(' ~ quarter ~ ' * 900000000)') }}
{%- endmacro %}


{#-
    Whether a meter can have advanced by so many kWh in so many seconds: not faster than its limit in millionths of a kW,
    plus the one step that its display may lag behind. A meter without a limit can.
-#}
{% macro is_possible(kwh, seconds, limit) -%}
    coalesce(({{ kwh }} - {{ var('meter_resolution_kwh') }}) * cast(3600000000 as hugeint) <= {{ limit }} * {{ seconds }}, true)
{%- endmacro %}


{#- A whole number of millionths as DECIMAL(18, 6); NULL where it does not fit. -#}
{% macro from_millionths(column) -%}
    cast(try_cast({{ column }} as decimal(18, 0)) * 0.000001 as decimal(18, 6))
{%- endmacro %}


{#- A DECIMAL(18, 6) in whole millionths. -#}
{% macro to_millionths(column) -%}
    cast(cast({{ column }} as decimal(38, 6)) * 1000000 as hugeint)
{%- endmacro %}


{#- The units of power samples that are kWh and A, as a list. -#}
{% macro power_units() -%}
    ['{{ var('power_units') | join("', '") }}']
{%- endmacro %}


{#- The bits per second of a sample of traffic, half up to a whole one, by what the account's samples say. -#}
{% macro sample_rate(value, seconds, semantics) -%}
    case {{ semantics }}
        when 'bytes_per_second' then {{ value }} * 8
        else (16 * {{ value }} + {{ seconds }}) // (2 * {{ seconds }})
    end
{%- endmacro %}


{#- The bytes of a sample of traffic, by what the account's samples say. -#}
{% macro sample_bytes(value, seconds, semantics) -%}
    case {{ semantics }} when 'bytes_per_second' then {{ value }} * cast({{ seconds }} as hugeint) else {{ value }} end
{%- endmacro %}


{#- Whether a sample is faster than its link can be, by more than 5 %; no link that is known is too slow. -#}
{% macro is_faster_than(link) -%}
    coalesce(greatest(ingress_bps, egress_bps) * cast(100 as hugeint) > {{ link }} * 105, false)
{%- endmacro %}


{#- The columns of a sample of traffic. No link carries ten petabytes in one: such a number counts no bytes. -#}
{% macro traffic_columns() -%}
    uplink_id,
    unit,
    timestamp as stamp,
    {{ from_unix('timestamp') }} as sampled_at,
    case when ingress between 0 and 10000000000000000 then ingress end as ingress_bytes,
    case when egress between 0 and 10000000000000000 then egress end as egress_bytes,
    window_start
{%- endmacro %}
