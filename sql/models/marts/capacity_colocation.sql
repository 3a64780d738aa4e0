with clock as (
    select * from {{ ref('int_clock__read') }}
),

racks as (
    select
        colocation_id,
        contract_amps
    from {{ ref('stg_i3d__colocations') }}
    where not is_deleted
),

amperes as (
    select * from {{ ref('int_colocation_amps_by_day') }}
),

-- The day of the clock stands for every rack, measured or not.
rack_days as (
    select
        colocation_id,
        day as snapshot_on
    from amperes
    where peak_amps is not null
    union
    select
        racks.colocation_id,
        clock.as_of_on as snapshot_on
    from racks
    cross join clock
    where clock.as_of_on is not null
)

select * from rack_days
