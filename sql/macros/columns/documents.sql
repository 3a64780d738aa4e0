{#- Cents as text, as a whole number; NULL for fractions, words and what no invoice can amount to. A plain cast would round '12.5'. -#}
{% macro whole_minor(column) -%}
    case
        when regexp_full_match(trim({{ column }}), '[+-]?[0-9]{1,12}([.]0*)?')
            then cast(regexp_extract(trim({{ column }}), '^[+-]?([0-9]+)', 1) as bigint) * if(starts_with(trim({{ column }}), '-'), -1, 1)
    end
{%- endmacro %}


{#- Two columns: `<name>_minor`, and `<name>_raw`, the text as it came where it says something that is no whole amount. -#}
{% macro minor_columns(column, name) -%}
    {{ whole_minor(column) }} as {{ name }}_minor,
    case when {{ whole_minor(column) }} is null then {{ blank_to_null(column) }} end as {{ name }}_raw
{%- endmacro %}


{#- Two columns as above for a decimal that need not be whole: `<name>`, and `<name>_raw`. -#}
{% macro decimal_columns(column, name) -%}
    try_cast({{ column }} as decimal(18, 6)) as {{ name }},
    case when try_cast({{ column }} as decimal(18, 6)) is null then {{ blank_to_null(column) }} end as {{ name }}_raw
{%- endmacro %}


{#- The columns that an invoice has in every list of invoices. -#}
{% macro invoice_list_columns(table) -%}
    {{ table }}.id as invoice_id,
    {{ blank_to_null(table ~ '.invoice_number') }} as invoice_number,
    {{ blank_to_null(table ~ '.description') }} as description,
    {{ from_unix(table ~ '.creation_date') }} as issued_at,
    {{ from_unix(table ~ '.due_date') }} as due_at,
    {{ from_unix(table ~ '.payment_date') }} as paid_at,
    {{ blank_to_null(table ~ '.currency') }} as currency_name,
    {{ currency_code(table ~ '.currency') }} as currency_code,
    {{ table }}.payment_status,
    {{ credit_flag(table ~ '.is_credit') }} as is_credit,
    {{ minor_columns(table ~ '.amount_excl_vat', 'excl') }},
    {{ minor_columns(table ~ '.amount_inc_vat', 'incl') }},
    {{ minor_columns(table ~ '.total_paid_amount', 'paid') }},
    {{ minor_columns(table ~ '.remaining_amount', 'remaining') }}
{%- endmacro %}


{#- Whether a document is a credit note; NULL where it does not say so in the API's 0 and 1. -#}
{% macro credit_flag(column) -%}
    case {{ column }} when 1 then true when 0 then false end
{%- endmacro %}


{#- An amount with the sign of its document: credit notes are negative, whatever sign they came with. -#}
{% macro signed(column, is_credit) -%}
    case when {{ is_credit }} then -abs({{ column }}) else {{ column }} end
{%- endmacro %}


{#-
    The day of a document that states it twice: as a text, and as a moment in a list. The text is what is printed, and holds
    where it is the day of that moment in UTC, in the provider's or in the billing time zone; else the moment holds.
-#}
{% macro document_day(text_day, moment) -%}
    case
        when {{ same_day(text_day, moment) }} then {{ text_day }}
        else coalesce({{ billing_date(moment) }}, {{ text_day }})
    end
{%- endmacro %}

{% macro same_day(text_day, moment) -%}
    {{ text_day }} in (
        cast({{ moment }} as date),
        {{ billing_date(moment) }},
        cast(timezone('{{ var("provider_timezone") }}', timezone('UTC', {{ moment }})) as date)
    )
{%- endmacro %}


{#- Minor units as a person reads them: 1234 is 12.34 where a hundred make one. -#}
{% macro minor_text(column, divisor) -%}
    case {{ divisor }}
        when 1 then cast({{ column }} as varchar)
        when 1000 then cast(try_cast(try_cast({{ column }} as decimal(18, 0)) * 0.001 as decimal(18, 3)) as varchar)
        else cast(try_cast(try_cast({{ column }} as decimal(18, 0)) * 0.01 as decimal(18, 2)) as varchar)
    end
{%- endmacro %}


{#-
    A text as words between single spaces, one in front and one behind, so that ` word ` finds whole words only. Words keep
    the dots, slashes, dashes and hashes inside them: `web-1` does not contain `web`.
-#}
{% macro searchable(column) -%}
    regexp_replace(
        ' ' || regexp_replace(lower({{ column }}), '[^\p{L}\p{N}._/#-]+', ' ', 'g') || ' ', '[._/-]* +[._/-]*', ' ', 'g'
    )
{%- endmacro %}


{#- Which reading of a period's last day the evidence allows; NULL where there is none. -#}
{% macro period_convention(has_inclusive, has_exclusive) -%}
    case
        when {{ has_inclusive }} and {{ has_exclusive }} then 'mixed'
        when {{ has_inclusive }} then 'inclusive'
        when {{ has_exclusive }} then 'exclusive'
    end
{%- endmacro %}


{#- The VAT on a whole number of minor units, rounded half up to a whole number. -#}
{% macro vat_of(column, rate_pct) -%}
    cast(round(cast({{ column }} as decimal(24, 0)) * try_cast({{ rate_pct }} as decimal(9, 4)) * 0.01, 0) as hugeint)
{%- endmacro %}


{#- A rate in per cent without its idle zeros: 21, 8.1. -#}
{% macro rate_text(column) -%}
    regexp_replace(cast({{ column }} as varchar), '[.]?0+$', '')
{%- endmacro %}


{#- What orders documents by age: ids are numbers as text, so the longer one is the higher. -#}
{% macro age_of(table) -%}
    (coalesce({{ table }}.issued_on, date '9999-12-31'), length({{ table }}.invoice_id), {{ table }}.invoice_id)
{%- endmacro %}


{#- A whole number with leading zeros, at least so wide. -#}
{% macro padded(column, width) -%}
    lpad(cast({{ column }} as varchar), cast(greatest({{ width }}, length(cast({{ column }} as varchar))) as integer), '0')
{%- endmacro %}
