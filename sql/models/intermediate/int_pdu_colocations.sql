with listings as (
    select * from {{ ref('stg_i3d__pdus') }}
    where pdu_id is not null and colocation_id is not null
),

-- Where the API lists it now, or listed it last: a feed that moved is not shared.
current_listings as (
    select *
    from listings
    qualify
        not is_deleted
        or (
            bool_and(is_deleted) over (partition by pdu_id)
            and coalesce(last_seen_at = max(last_seen_at) over (partition by pdu_id), true)
        )
),

pdu_colocations as (
    select
        pdu_id,
        colocation_id,
        input_feed,
        is_deleted,
        count(*) over (partition by pdu_id) as colocation_count,
        count(*) over (partition by pdu_id) > 1 as is_shared
    from current_listings
)

select * from pdu_colocations
