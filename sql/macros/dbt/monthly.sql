{#-
    A table filled month by month, so that its memory does not grow with its history, and of which only what changed is made
    again. The model named by the setting `plan`, in the same schema, lists what the table has to hold: services and months,
    with a fingerprint of all that their rows depend on. The table has these three columns as well, and its statement filters
    the plan by `is_wanted_part`. A statement that is not the one that filled the table fills it anew.
-#}
{% materialization monthly, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set plan = this.incorporate(path={'identifier': config.require('plan')}) -%}
    {%- set digest = local_md5(sql) -%}
    {{ run_hooks(pre_hooks) }}

    {%- set known = load_cached_relation(this) -%}
    {%- set is_kept = known and not should_full_refresh() and monthly_digest(this) == digest -%}
    {% call statement('main') -%}
        {% if is_kept %}
            delete from {{ target }} where (service_key, month, fingerprint) not in (
                select (service_key, month, fingerprint) from {{ plan }}
            )
        {% else %}
            {% if known %}drop {{ known.type }} {{ known }};{% endif %}
            create table {{ target }} as select * from ({{ sql }}) limit 0;
            comment on table {{ target }} is '{{ digest }}'
        {% endif %}
    {%- endcall %}
    {%- set months = run_query(
        'select distinct month from ' ~ plan ~ ' anti join ' ~ target ~ ' using (service_key, month) order by month'
    ) -%}
    {% for month in months.columns[0].values() %}
        {% do run_query("set variable month = date '" ~ month ~ "'") %}
        {% do run_query("set variable held = (select list(service_key) from " ~ target ~ " where month = getvariable('month'))") %}
        {% do run_query('insert into ' ~ target ~ ' by name ' ~ sql) %}
    {% endfor %}
    {% do run_query('reset variable month') %}
    {% do run_query('reset variable held') %}

    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{#- The digest of the statement that filled a table. -#}
{% macro monthly_digest(relation) -%}
    {%- set found = run_query(
        "select comment from duckdb_tables() where database_name = current_database() and schema_name = '" ~ relation.schema ~ "' and table_name = '" ~ relation.identifier ~ "'"
    ) -%}
    {{ return(found.columns[0].values() | first) }}
{%- endmacro %}
