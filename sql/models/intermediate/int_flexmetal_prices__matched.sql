with servers as (
    select * from {{ ref('int_flexmetal_servers__known') }}
),

prices as (
    select
        lower(trim(instance_type)) as instance_type,
        {{ blank_to_null('location_id') }} as location_id,
        currency_code,
        price_per_hour,
        price_per_gb_out,
        coalesce(valid_from, date '1970-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from {{ ref('flexmetal_prices') }}
),

candidates as (
    select
        servers.flexmetal_server_id,
        prices.*
    from servers
    inner join prices
        on
            prices.instance_type in (lower(servers.instance_type), lower(servers.instance_type_id))
            and coalesce(servers.location_id = prices.location_id, true)
),

boundaries as (
    select
        flexmetal_server_id,
        valid_from as boundary
    from candidates
    union
    select
        flexmetal_server_id,
        valid_to as boundary
    from candidates
),

periods as (
    select
        flexmetal_server_id,
        boundary as valid_from,
        lead(boundary) over (partition by flexmetal_server_id order by boundary) as valid_to
    from boundaries
),

-- A price for the location wins over one for all of them, the younger over the older.
matched_prices as (
    select
        periods.flexmetal_server_id,
        periods.valid_from,
        nullif(periods.valid_to, date '9999-12-31') as valid_to,
        candidates.currency_code,
        candidates.price_per_hour,
        candidates.price_per_gb_out
    from periods
    inner join candidates
        on
            periods.flexmetal_server_id = candidates.flexmetal_server_id
            and periods.valid_from >= candidates.valid_from
            and periods.valid_from < candidates.valid_to
    qualify row_number() over (
        partition by periods.flexmetal_server_id, periods.valid_from
        order by candidates.location_id asc nulls last, candidates.valid_from desc
    ) = 1
)

select * from matched_prices
