{#- A text that says something: NULL where the API sends an empty one. -#}
{% macro blank_to_null(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}


{#- The contract terms that servers, racks and cross connects have in common. -#}
{% macro contract_columns(table) -%}
    {{ date_columns(table ~ '.date_start', 'starts_on') }},
    {{ date_columns(table ~ '.date_end', 'paid_until_on') }},
    {{ date_columns(table ~ '.date_end_contract', 'contract_ends_on') }},
    {{ date_columns(table ~ '.date_cancelled', 'cancelled_on') }},
    try_cast({{ table }}.contract_period as integer) as contract_months,
    try_cast({{ table }}.extend_period as integer) as extension_months,
    try_cast({{ table }}.cancellation_period as integer) as notice_months,
    {{ blank_to_null(table ~ '.purchase_order') }} as purchase_order
{%- endmacro %}


{#- How traffic is billed; NULL for a number that nobody knows. -#}
{% macro billing_type(column) -%}
    case {{ column }} when 1 then 'unmetered' when 2 then 'volume' when 3 then 'p95' end
{%- endmacro %}


{#- How traffic is billed, and the commit in the unit of that method: gigabytes by volume, Mbit/s otherwise. -#}
{% macro bandwidth_columns(table) -%}
    {{ billing_type(table ~ '.bandwidth_billing_type') }} as bandwidth_billing_type,
    cast(case when {{ table }}.bandwidth_billing_type = 2 then {{ table }}.bandwidth_contractual end as decimal(18, 6))
        as commit_gb,
    cast(case when {{ table }}.bandwidth_billing_type != 2 then {{ table }}.bandwidth_contractual end as decimal(18, 6))
        as commit_mbit
{%- endmacro %}


{#- What the load knows of a row: when it was seen first and last, and whether the API has stopped listing it. -#}
{% macro seen_columns(table) -%}
    coalesce({{ table }}.is_deleted, false) as is_deleted,
    {{ utc(table ~ '.first_seen_at') }} as first_seen_at,
    {{ utc(table ~ '.last_seen_at') }} as last_seen_at
{%- endmacro %}


{#- From when and until when a version of a contract was seen, as moments in UTC; the second is NULL while it is current. -#}
{% macro version_columns(table) -%}
    {{ utc(table ~ '.valid_from') }} as valid_from_at,
    {{ utc(table ~ '.valid_to') }} as valid_to_at
{%- endmacro %}


{#- The parts of a list of a raw table, one row each, as JSON; a list that is missing or no list has none. -#}
{% macro json_items(column) -%}
    unnest(
        case when json_type({{ column }}) = 'ARRAY' then from_json({{ column }}, '["json"]') else [] end
    )
{%- endmacro %}
