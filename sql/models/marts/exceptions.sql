with areas as (
    select
        'invoice' as area,
        *
    from {{ ref('int_exceptions__checks') }}
    union all
    select
        'invoice' as area,
        *
    from {{ ref('int_exceptions__balances') }}
    union all
    select
        'invoice' as area,
        *
    from {{ ref('int_exceptions__charges') }}
    union all
    select
        'bandwidth' as area,
        *
    from {{ ref('int_exceptions__bandwidth') }}
    union all
    select
        'contract' as area,
        *
    from {{ ref('int_exceptions__contracts') }}
    union all
    select
        'power' as area,
        *
    from {{ ref('int_exceptions__power') }}
    union all
    select
        'capacity' as area,
        *
    from {{ ref('int_exceptions__capacity') }}
    union all
    select
        'load' as area,
        *
    from {{ ref('int_exceptions__loads') }}
),

exceptions as (
    select
        -- What it is about and nothing that moves, so that the same thing keeps its id.
        md5(concat_ws('|', source_table, code, subject)) as exception_id,
        area,
        code,
        severity,
        service_key,
        invoice_id,
        line_number,
        happened_on,
        expected_amount,
        billed_amount,
        cast(amount_at_stake as decimal(18, 4)) as amount_at_stake,
        coalesce(currency_code, 'XXX') as currency_code,
        message,
        next_step,
        source_table,
        reason
    from areas
)

select * from exceptions
order by exception_id
