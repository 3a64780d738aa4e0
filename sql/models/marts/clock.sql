with clock as (
    select * from {{ ref('int_clock__read') }}
),

months as (
    select
        *,
        {{ month_of('as_of_on') }} as running_month
    from clock
    where as_of is not null
),

warehouse_clock as (
    select
        as_of as as_of_at,
        as_of_on,
        running_month as month,
        {{ add_months('running_month', -1) }} as previous_month,
        {{ percentage(
            'cast(epoch_us(as_of) // 1000000 - ' ~ midnight_stamp('running_month') ~ ' as decimal(18, 6))',
            'cast(' ~ midnight_stamp(add_months('running_month', 1)) ~ ' - ' ~ midnight_stamp('running_month')
            ~ ' as decimal(18, 6))'
        ) }} as elapsed_pct,
        '{{ var("billing_timezone") }}' as billing_timezone
    from months
)

select * from warehouse_clock
