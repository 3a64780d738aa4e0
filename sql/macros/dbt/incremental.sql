{#- Deletes from an incremental model of days, or other periods, those that its fingerprints no longer have, or have otherwise. -#}
{% macro delete_stale_days(fingerprints, key, period='day') -%}
    {%- if is_incremental() -%}
        delete from {{ this.include(database=false) }} as known
        where not exists (
            select 1
            from {{ fingerprints }} as fingerprints
            where
                fingerprints.{{ key }} = known.{{ key }}
                and fingerprints.{{ period }} = known.{{ period }}
                and fingerprints.fingerprint = known.fingerprint
        )
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}
