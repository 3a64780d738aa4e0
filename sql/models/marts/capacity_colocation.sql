with clock as (
    select * from {{ ref('int_clock__read') }}
),

racks as (
    select
        colocation_id,
        contract_amps,
        is_deleted
    from {{ ref('stg_i3d__colocations') }}
),

measured_days as (
    select
        colocation_id,
        day as snapshot_on,
        peak_amps,
        p95_amps
    from {{ ref('int_colocation_amps_by_day') }}
    where peak_amps is not null
),

rack_days as (
    select * from measured_days
    union all by name
    -- A rack that was never measured stands with the day of the clock, so that none is missing.
    select
        racks.colocation_id,
        clock.as_of_on as snapshot_on
    from racks
    cross join clock
    anti join measured_days on racks.colocation_id = measured_days.colocation_id
    where not racks.is_deleted
),

fits as (
    select
        rack_days.*,
        racks.contract_amps,
        {{ fit_columns('rack_days.peak_amps', 'rack_days.snapshot_on', ['rack_days.colocation_id']) }}
    from rack_days
    left join racks on rack_days.colocation_id = racks.colocation_id
),

bandwidth as (
    select
        split_part(service_key, ':', 2) as colocation_id,
        month,
        case billing_type
            when 'volume' then {{ percentage('used_gb', 'commit_gb') }}
            when 'p95' then {{ percentage('used_mbit', 'commit_mbit') }}
        end as commit_used_pct
    from {{ ref('bandwidth_by_service_month') }}
    where service_key like 'colocation:%'
),

capacity_colocation as (
    select
        fits.colocation_id,
        fits.snapshot_on,
        fits.contract_amps,
        fits.peak_amps,
        fits.p95_amps,
        fits.contract_amps - fits.peak_amps as headroom_amps,
        {{ percentage('fits.peak_amps', 'fits.contract_amps') }} as utilisation_pct,
        bandwidth.commit_used_pct,
        {{ forecast_days('fits.peak_amps', 'fits.contract_amps') }} as days_to_exhaustion,
        {{ forecast_reason('fits.peak_amps', 'fits.contract_amps') }} as reason
    from fits
    left join bandwidth on fits.colocation_id = bandwidth.colocation_id and {{ month_of('fits.snapshot_on') }} = bandwidth.month
)

select * from capacity_colocation
order by colocation_id, snapshot_on
