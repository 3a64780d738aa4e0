with days as (
    select * from {{ ref('power_by_pdu_day') }}
),

feeds as (
    select
        *,
        row_number() over (partition by pdu_id order by colocation_id) as place
    from {{ ref('int_pdu_colocations') }}
),

-- Equal parts in millionths of a kWh; the racks with the lowest ids take one more each until nothing is left.
attributed_days as (
    select
        feeds.colocation_id,
        feeds.is_shared,
        days.pdu_id,
        days.day,
        days.sample_count,
        days.step_seconds,
        days.explained_seconds,
        days.unexplained_seconds,
        days.reset_count,
        days.replaced_count,
        days.jump_count,
        days.is_boundary_interpolated,
        days.rating_source,
        case
            when not feeds.is_shared then days.energy_kwh
            when '{{ var("shared_pdu_attribution") }}' = 'equal'
                then {{ from_millionths(
                    to_millionths('days.energy_kwh') ~ ' // feeds.colocation_count + case when feeds.place <= '
                    ~ to_millionths('days.energy_kwh') ~ ' % feeds.colocation_count then 1 else 0 end'
                ) }}
        end as energy_kwh
    from days
    inner join feeds on days.pdu_id = feeds.pdu_id
)

select * from attributed_days
