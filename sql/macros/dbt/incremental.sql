{#- Deletes from an incremental model of days those that its fingerprints no longer have, or have otherwise. -#}
{% macro delete_stale_days(fingerprints, key) -%}
    {%- if is_incremental() -%}
        delete from {{ this.include(database=false) }} as known
        where not exists (
            select 1
            from {{ fingerprints }} as fingerprints
            where
                fingerprints.{{ key }} = known.{{ key }}
                and fingerprints.day = known.day
                and fingerprints.fingerprint = known.fingerprint
        )
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}
