{% set margin = "cast('" ~ var('usable_share') ~ "' as decimal(18, 6))" %}

with feed_days as (
    select
        *,
        {{ month_of('day') }} as month
    from {{ ref('int_colocation_feeds__attributed') }}
),

energies as (
    select
        colocation_id,
        month,
        case
            when not bool_or(is_shared and energy_kwh is null and explained_seconds > 0)
                then try_cast(sum(energy_kwh) as decimal(18, 6))
        end as energy_kwh,
        cast(sum(sample_count) as bigint) as sample_count,
        cast(sum(least(sample_count * step_seconds, {{ midnight_stamp('day + 1') }} - {{ midnight_stamp('day') }})) as bigint)
            as covered_seconds,
        cast(sum(explained_seconds) as bigint) as explained_seconds,
        cast(sum(unexplained_seconds) as bigint) as unexplained_seconds,
        cast(sum(reset_count) as bigint) as reset_count,
        cast(sum(replaced_count) as bigint) as replaced_count,
        cast(sum(jump_count) as bigint) as jump_count,
        bool_or(rating_source = 'unknown') as has_unknown_rating,
        bool_or(
            is_boundary_interpolated and (day = month or day + 1 = {{ add_months('month', 1) }})
        ) as is_boundary_interpolated
    from feed_days
    group by colocation_id, month
),

amps as (
    select
        colocation_id,
        {{ month_of('day') }} as month,
        max(peak_amps) as peak_amps,
        arg_max(peak_at, (peak_amps, -epoch_us(peak_at))) as peak_at,
        max(peak_sum_amps) as peak_sum_amps,
        min(amps_basis) as amps_basis
    from {{ ref('int_colocation_amps_by_day') }}
    group by all
),

feed_ratings as (
    select
        pdu_colocations.colocation_id,
        pdu_colocations.input_feed,
        sum(rated_pdus.rated_amps) as rated_amps,
        count(*) as feed_count,
        count(rated_pdus.rated_amps) as rated_count,
        bool_or(pdu_colocations.is_shared) as has_shared
    from {{ ref('int_pdu_colocations') }} as pdu_colocations
    left join {{ ref('int_pdus__rated') }} as rated_pdus on pdu_colocations.pdu_id = rated_pdus.pdu_id
    group by pdu_colocations.colocation_id, pdu_colocations.input_feed
),

-- Either of feeds A and B must be able to carry both.
racks as (
    select
        colocation_id,
        cast(sum(feed_count) as bigint) as feed_count,
        bool_or(has_shared) as has_shared,
        case
            when count(*) filter (where input_feed in ('A', 'B') and feed_count = rated_count) = 2
                then min(rated_amps) filter (where input_feed in ('A', 'B'))
        end as redundant_amps
    from feed_ratings
    group by colocation_id
),

by_month as (
    select
        months.colocation_id,
        months.month,
        months.contract_amps,
        months.currency_code as rack_currency_code,
        months.active_seconds,
        coalesce(racks.feed_count, 0) as feed_count,
        coalesce(racks.has_shared, false) as has_shared,
        energies.energy_kwh,
        energies.sample_count,
        energies.covered_seconds,
        energies.unexplained_seconds,
        energies.reset_count,
        energies.replaced_count,
        energies.jump_count,
        energies.has_unknown_rating,
        energies.is_boundary_interpolated,
        greatest(months.active_seconds * racks.feed_count - coalesce(energies.explained_seconds, 0), 0) as open_seconds,
        amps.peak_amps,
        amps.peak_at,
        amps.amps_basis,
        months.contract_amps - amps.peak_amps as headroom_amps,
        cast({{ margin }} * racks.redundant_amps as decimal(18, 6)) - amps.peak_sum_amps as failover_headroom_amps
    from {{ ref('int_colocation_power_months') }} as months
    left join racks on months.colocation_id = racks.colocation_id
    left join energies on months.colocation_id = energies.colocation_id and months.month = energies.month
    left join amps on months.colocation_id = amps.colocation_id and months.month = amps.month
)

select * from by_month
