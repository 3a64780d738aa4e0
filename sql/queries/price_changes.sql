-- asks: Which prices have changed, when, and by how much?
with versions as (
    select
        service_key,
        valid_from,
        monthly_price,
        currency_code,
        lag(monthly_price) over (partition by service_key, currency_code order by valid_from) as previous_price
    from marts.service_price_history
)

select
    service_key,
    valid_from,
    currency_code,
    previous_price,
    monthly_price,
    round(100 * (monthly_price - previous_price) / nullif(previous_price, 0), 1) as change_pct
from versions
where monthly_price <> previous_price
order by valid_from desc, service_key asc
