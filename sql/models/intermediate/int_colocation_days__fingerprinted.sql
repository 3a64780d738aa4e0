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

feed_days as (
    select
        feeds.colocation_id,
        feeds.is_deleted,
        summaries.pdu_id,
        summaries.day,
        summaries.fingerprint,
        summaries.p95_amps is not null as is_measured
    from feeds
    inner join {{ ref('int_pdu_days__summarised') }} as summaries on feeds.pdu_id = summaries.pdu_id
),

-- A feed that is silent for a day still carries current: what the rack drew on that day is unknown.
measured_feeds as (
    select
        colocation_id,
        pdu_id,
        min(day) as measured_from,
        case when not bool_or(is_deleted) then date '9999-12-31' else max(day) end as measured_until
    from feed_days
    where is_measured
    group by colocation_id, pdu_id
),

rack_days as (
    select distinct
        colocation_id,
        day
    from feed_days
),

feed_counts as (
    select
        rack_days.colocation_id,
        rack_days.day,
        count(*) as feed_count
    from rack_days
    inner join measured_feeds as feeds
        on rack_days.colocation_id = feeds.colocation_id and rack_days.day between feeds.measured_from and feeds.measured_until
    group by rack_days.colocation_id, rack_days.day
),

fingerprints as (
    select
        feed_days.colocation_id,
        feed_days.day,
        coalesce(max(terms.amps_basis), '{{ var("amps_basis") }}') as amps_basis,
        coalesce(max(feed_counts.feed_count), 0) as feed_count,
        sum(hash(
            feed_days.pdu_id,
            feed_days.fingerprint,
            feed_counts.feed_count,
            coalesce(terms.amps_basis, '{{ var("amps_basis") }}')
        )) as fingerprint
    from feed_days
    left join feed_counts on feed_days.colocation_id = feed_counts.colocation_id and feed_days.day = feed_counts.day
    left join terms on 'colocation:' || feed_days.colocation_id = terms.service_key
    group by feed_days.colocation_id, feed_days.day
)

select * from fingerprints
