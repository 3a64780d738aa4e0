with lines as (
    select
        invoice_id,
        line_number,
        upper(order_id) as order_id,
        -- A number before a unit is a quantity, whatever service has that id.
        regexp_replace(
            {{ searchable("concat_ws(' ', description, remarks)") }},
            ' [0-9.]+ (x|u|units?|pcs|kwh|kw|a|amps?|[mg]bit(/s)?|[mg]bps|[gtm]b|ghz|hours?|days?|months?|eur|usd|jpy) ',
            ' ', 'g'
        ) as line_words
    from {{ ref('int_invoice_lines__signed') }}
),

words as (
    select distinct
        invoice_id,
        line_number,
        line_words,
        unnest(string_split(trim(line_words), ' ')) as word
    from lines
),

identifiers as (
    select * from {{ ref('int_service_identifiers__listed') }}
),

links as (
    select * from {{ ref('int_service_invoices__linked') }}
),

found as (
    select
        lines.invoice_id,
        lines.line_number,
        services.service_key,
        'C3' as match_rule
    from lines
    inner join {{ ref('services') }} as services on lines.order_id = upper(services.purchase_order)
    union
    select
        words.invoice_id,
        words.line_number,
        identifiers.service_key,
        'C4' as match_rule
    from words
    inner join identifiers on words.word = identifiers.first_word and contains(words.line_words, identifiers.identifier)
),

-- Where the provider says which racks or cross connects an invoice is about, no other one is a candidate.
candidates as (
    select found.*
    from found
    where not exists (
        select 1 from links
        where links.invoice_id = found.invoice_id and starts_with(found.service_key, links.service_type || ':')
    )
    or exists (
        select 1 from links
        where links.invoice_id = found.invoice_id and links.service_key = found.service_key
    )
)

select * from candidates
