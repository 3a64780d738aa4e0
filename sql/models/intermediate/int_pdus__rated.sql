with listings as (
    select
        pdus.*,
        pdu_colocations.is_shared
    from {{ ref('stg_i3d__pdus') }} as pdus
    inner join {{ ref('int_pdu_colocations') }} as pdu_colocations
        on pdus.pdu_id = pdu_colocations.pdu_id and pdus.colocation_id = pdu_colocations.colocation_id
),

terms as (
    select
        service_key,
        max(max_kw) as max_kw
    from {{ ref('contract_terms') }}
    group by service_key
),

pdus as (
    select
        listings.pdu_id,
        case when not bool_or(listings.is_shared) then max(listings.colocation_id) end as colocation_id,
        max(listings.phases) as phases,
        coalesce(max(listings.volts), {{ var('default_volts') }}) as volts,
        max(listings.rated_amps) as own_amps,
        max(case when colocations.contract_amps > 0 then colocations.contract_amps end) as contract_amps,
        max(case when terms.max_kw > 0 then terms.max_kw end) as max_kw
    from listings
    left join {{ ref('stg_i3d__colocations') }} as colocations on listings.colocation_id = colocations.colocation_id
    left join terms on 'colocation:' || listings.colocation_id = terms.service_key
    group by listings.pdu_id
),

ratings as (
    select
        *,
        coalesce(own_amps, contract_amps) as rated_amps,
        cast(
            case when phases = 3 and volts < 300 then 3 * volts when phases = 3 then 1.732051 * volts else volts end
            as decimal(18, 6)
        ) as effective_volts
    from pdus
),

rated_pdus as (
    select
        pdu_id,
        colocation_id,
        rated_amps,
        case
            when max_kw is not null then 'setting'
            when own_amps is not null then 'pdu'
            when contract_amps is not null then 'contract'
            else 'unknown'
        end as rating_source,
        coalesce(
            max_kw,
            {{ from_millionths(divide_half_up(
                to_millionths('rated_amps') ~ ' * ' ~ to_millionths('effective_volts') ~ ' * ' ~ to_millionths(var('power_tolerance_factor')),
                'cast(1000000000000000 as hugeint)'
            )) }}
        ) as max_kw
    from ratings
)

select * from rated_pdus
