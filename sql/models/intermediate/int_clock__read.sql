with newest_load as (
    select max(as_of) as as_of from {{ ref('stg_i3d__load_log') }}
),

clock as (
    select
        as_of,
        {{ billing_date('as_of') }} as as_of_on
    from newest_load
)

select * from clock
