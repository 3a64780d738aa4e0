with feeds as (
    select * from {{ ref('int_pdu_colocations') }}
    where not is_shared
),

terms as (
    select
        service_key,
        max(lower(trim(amps_basis))) as amps_basis
    from {{ ref('contract_terms') }}
    where lower(trim(amps_basis)) in ('sum', 'max_feed')
    group by service_key
),

fingerprints as (
    select
        feeds.colocation_id,
        pdu_days.day,
        coalesce(max(terms.amps_basis), '{{ var("amps_basis") }}') as amps_basis,
        sum(hash(pdu_days.pdu_id, pdu_days.fingerprint, coalesce(terms.amps_basis, '{{ var("amps_basis") }}'))) as fingerprint
    from feeds
    inner join {{ ref('int_pdu_days__fingerprinted') }} as pdu_days on feeds.pdu_id = pdu_days.pdu_id
    left join terms on 'colocation:' || feeds.colocation_id = terms.service_key
    group by feeds.colocation_id, pdu_days.day
)

select * from fingerprints
