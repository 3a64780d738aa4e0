with clock as (
    select
        as_of,
        {{ month_of('as_of_on') }} as month
    from {{ ref('int_clock__read') }}
),

racks as (
    select * from {{ ref('stg_i3d__colocations') }}
),

evidence as (
    select
        colocation_id,
        {{ month_of('day') }} as month
    from {{ ref('int_colocation_feeds__attributed') }}
    union
    select
        colocation_id,
        {{ month_of('day') }} as month
    from {{ ref('stg_i3d__colocation_power_days') }}
    union
    select
        colocation_id,
        {{ month_of(billing_date('observed_at')) }} as month
    from {{ ref('stg_i3d__colocation_power_observations') }}
    union
    select
        racks.colocation_id,
        clock.month
    from racks
    cross join clock
    where
        clock.month is not null
        and not racks.is_deleted
        and coalesce({{ month_of('racks.starts_on') }} <= clock.month, true)
        and coalesce(racks.cancelled_on > clock.month, true)
),

-- The part of the month in which the contract runs and that has passed.
months as (
    select
        evidence.colocation_id,
        evidence.month,
        {{ midnight_stamp('greatest(evidence.month, coalesce(racks.starts_on, evidence.month))') }} as from_stamp,
        least(
            {{ midnight_stamp(
                'least(' ~ add_months('evidence.month', 1) ~ ', coalesce(racks.cancelled_on, ' ~ add_months('evidence.month', 1) ~ '))'
            ) }},
            coalesce(epoch_us(clock.as_of) // 1000000, 253402300799)
        ) as until_stamp,
        racks.contract_amps,
        racks.currency_code
    from evidence
    inner join racks on evidence.colocation_id = racks.colocation_id
    cross join clock
),

power_months as (
    select
        colocation_id,
        month,
        from_stamp,
        until_stamp,
        greatest(until_stamp - from_stamp, 0) as active_seconds,
        contract_amps,
        currency_code
    from months
)

select * from power_months
