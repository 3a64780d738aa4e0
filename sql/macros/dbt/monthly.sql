{#-
    A table filled by months of up to 32 services, so that its memory grows with neither, and of which only what changed is made
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
    {%- set batches = run_query(
        "select month, string_agg(service_key, ',' order by service_key) from ("
        ~ "select month, service_key, row_number() over (partition by month order by service_key) // 32 as batch from ("
        ~ 'select distinct month, service_key from ' ~ plan ~ ' anti join ' ~ target ~ ' using (service_key, month)'
        ~ ')) group by month, batch order by month, batch'
    ) -%}
    {% for batch in batches.rows %}
        {% do run_query("set variable month = date '" ~ batch[0] ~ "'") %}
        {% do run_query("set variable services = string_split('" ~ batch[1] | replace("'", "''") ~ "', ',')") %}
        {% do run_query('insert into ' ~ target ~ ' by name ' ~ sql) %}
    {% endfor %}
    {% do run_query('reset variable month') %}
    {% do run_query('reset variable services') %}

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
