with services as (
    select * from {{ ref('services') }}
),

servers as (
    select
        *,
        case
            when is_flexmetal_host then 'flexmetal_server:' || flexmetal_order_id
            else 'dedicated_server:' || dedicated_server_id
        end as service_key
    from {{ ref('stg_i3d__dedicated_servers') }}
),

names as (
    select
        service_key,
        service_name as identifier
    from services
    union all
    select
        service_key,
        unnest([server_name, client_server_name, live_host_name, service_tag]) as identifier
    from servers
    union all
    select
        'colocation:' || colocation_id as service_key,
        unnest([colocation_name, rack_name]) as identifier
    from {{ ref('stg_i3d__colocations') }}
    union all
    select
        'cross_connect:' || cross_connect_id as service_key,
        unnest([customer_name, internal_name, internal_id]) as identifier
    from {{ ref('stg_i3d__cross_connects') }}
),

ids as (
    select
        service_key,
        service_id as identifier
    from services
    union all
    select
        service_key,
        dedicated_server_id as identifier
    from servers
),

identifiers as (
    select
        service_key,
        {{ searchable('identifier') }} as identifier
    from names
    union all
    select
        service_key,
        {{ searchable('identifier') }} as identifier
    from ids
    union all
    select
        service_key,
        {{ searchable("'#' || identifier") }} as identifier
    from ids
),

rules as (
    {{ charge_kind_rules() }}
),

rule_words as (
    select distinct ' ' || unnest(string_split(words, '|')) || ' ' as word from rules
),

-- One or two characters, a bare number that could be a year or an amount, and the words of charges name no service.
usable_identifiers as (
    select distinct
        identifiers.service_key,
        identifiers.identifier,
        string_split(trim(identifiers.identifier), ' ')[1] as first_word
    from identifiers
    inner join services on identifiers.service_key = services.service_key
    where
        length(trim(identifiers.identifier)) >= 3
        and not regexp_full_match(trim(identifiers.identifier), '(19|20)[0-9]{2}')
        and identifiers.identifier not in (select rule_words.word from rule_words)
)

select * from usable_identifiers
