-- The days of a month hold the bytes of the month, each sample once.
with days as (
    select
        service_key,
        month,
        sum(ingress_bytes) as ingress_bytes,
        sum(egress_bytes) as egress_bytes,
        max(month_to_date_gb) as used_gb
    from {{ ref('bandwidth_by_service_day') }}
    group by all
)

select *
from days
inner join {{ ref('bandwidth_by_service_month') }} as months using (service_key, month)
where
    days.ingress_bytes != months.ingress_bytes
    or days.egress_bytes != months.egress_bytes
    or days.used_gb != months.used_gb
