{#-
    The rules that tell what a line charges, as a table (priority, charge_kind, words): those of the variable
    `charge_kind_rules` first. `words` is a regular expression over whole words in lower case; the first that fits decides.
-#}
{% macro charge_kind_rules() -%}
    {%- set rules = [] -%}
    {%- for rule in var('charge_kind_rules') -%}
        {%- do rules.append((rule.charge_kind, rule.words)) -%}
    {%- endfor -%}
    {%- set rules = rules + [
        ('bandwidth_overuse', 'overuse|overage|over usage|(excess|extra|additional) (traffic|bandwidth)|95th|burst|bursting'),
        ('power', 'kwh'),
        ('recurring', 'monthly|per month|subscription|recurring'),
        ('setup', 'setup|set-up|installation|install|activation|one-time|one time'),
        ('power', 'power|energy|electricity'),
        ('usage', 'hours|hour|hourly|usage|on-demand|on demand|pay-as-you-go'),
        ('recurring', 'fee|rent|rental|lease|hosting|contract|renewal|commit|colocation|dedicated server|cross[ -]connect')
    ] -%}
    select
        known.priority,
        known.charge_kind,
        known.words
    from (
        values
        {% for charge_kind, words in rules -%}
            ({{ loop.index }}, '{{ charge_kind }}', '{{ words | replace("'", "''") }}'){{ ',' if not loop.last }}
        {% endfor -%}
    ) as known (priority, charge_kind, words)
{%- endmacro %}
