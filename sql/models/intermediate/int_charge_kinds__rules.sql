{#- Words of a line, lower case, as a regular expression over words between single spaces. The first rule that fits decides. -#}
{%- set known_rules = [
    ('bandwidth_overuse', 'overuse|overage|over usage|excess traffic|excess bandwidth|extra traffic|additional traffic'),
    ('bandwidth_overuse', '95th|burst|bursting'),
    ('power', 'kwh'),
    ('recurring', 'monthly|per month|subscription|recurring|maandelijks'),
    ('setup', 'setup|set-up|installation|install|activation|one-time|one time|eenmalig'),
    ('power', 'power|energy|electricity|stroom'),
    ('usage', 'hours|hour|hourly|usage|on-demand|on demand|pay-as-you-go'),
    ('recurring', 'fee|rent|rental|lease|hosting|contract|renewal|commit|colocation|dedicated server|cross connect|cross-connect')
] -%}
with own_rules as (
    {% for rule in var('charge_kind_rules') -%}
        select
            {{ loop.index }} as priority,
            '{{ rule.charge_kind }}' as charge_kind,
            '{{ rule.words | replace("'", "''") }}' as words
        union all
    {% endfor -%}
    select
        null as priority,
        null as charge_kind,
        null as words
    where false
),

known_rules as (
    {% for charge_kind, words in known_rules -%}
        select
            1000 + {{ loop.index }} as priority,
            '{{ charge_kind }}' as charge_kind,
            '{{ words }}' as words
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

rules as (
    select * from own_rules
    union all
    select * from known_rules
)

select * from rules
