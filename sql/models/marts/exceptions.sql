-- What an area does not tell, an amount, a service, an invoice, is NULL.
with areas as (
    select
        'invoice' as area,
        *
    from {{ ref('int_exceptions__checks') }}
    union all by name
    select
        'invoice' as area,
        *
    from {{ ref('int_exceptions__balances') }}
    union all by name
    select
        'invoice' as area,
        *
    from {{ ref('int_exceptions__charges') }}
    union all by name
    select
        'invoice' as area,
        *
    from {{ ref('int_exceptions__periods') }}
    union all by name
    select
        'bandwidth' as area,
        *
    from {{ ref('int_exceptions__bandwidth') }}
    union all by name
    select
        'contract' as area,
        *
    from {{ ref('int_exceptions__contracts') }}
    union all by name
    select
        'power' as area,
        *
    from {{ ref('int_exceptions__power') }}
    union all by name
    select
        'capacity' as area,
        *
    from {{ ref('int_exceptions__capacity') }}
    union all by name
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
