{#- The rules that one row of FOCUS can break, by name, as an array of the conditions that break them. -#}
{% macro focus_row_rules() -%}
{%- set price_columns = ['ListUnitPrice', 'ContractedUnitPrice', 'PricingCurrencyListUnitPrice', 'PricingCurrencyContractedUnitPrice'] -%}
{%- set priced_columns = ['SkuId', 'SkuPriceId', 'SkuMeter', 'PricingQuantity', 'PricingUnit', 'PricingCategory'] + price_columns -%}
{%- set needed_columns = [
    'BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost', 'BillingAccountId', 'BillingCurrency', 'BillingPeriodStart',
    'BillingPeriodEnd', 'ChargePeriodStart', 'ChargePeriodEnd', 'ChargeCategory', 'ChargeFrequency', 'InvoiceIssuerName',
    'ProviderName', 'PublisherName', 'ServiceCategory', 'ServiceSubcategory', 'ServiceName', 'PricingCurrency',
    'PricingCurrencyEffectiveCost', 'x_RowId', 'x_CostBasis'
] -%}
{%- set named_columns = ['BillingAccountId', 'InvoiceId', 'ResourceId', 'RegionId', 'ServiceName', 'SkuId', 'ChargeDescription'] -%}
{%- set unused_columns = [
    'CapacityReservationId', 'CapacityReservationStatus', 'CommitmentDiscountCategory', 'CommitmentDiscountId',
    'CommitmentDiscountName', 'CommitmentDiscountQuantity', 'CommitmentDiscountStatus', 'CommitmentDiscountType',
    'CommitmentDiscountUnit', 'SubAccountId', 'SubAccountName', 'SubAccountType', 'SkuPriceDetails'
] -%}
{%- set rules = {
    'a_required_value_is_missing': _any(needed_columns, 'is null'),
    'a_name_is_blank': _any(named_columns, "= ''"),
    'the_provider_has_no_such_thing': _any(unused_columns, 'is not null'),
    'a_currency_is_no_iso_code':
        'not regexp_full_match("BillingCurrency", \'[A-Z]{3}\') or "PricingCurrency" != "BillingCurrency"',
    'a_charge_category_is_unknown': '"ChargeCategory" not in (\'Usage\', \'Purchase\', \'Tax\', \'Credit\', \'Adjustment\')',
    'a_charge_class_is_unknown': '"ChargeClass" != \'Correction\'',
    'a_charge_frequency_is_unknown': '"ChargeFrequency" not in (\'One-Time\', \'Recurring\', \'Usage-Based\')',
    'a_pricing_category_is_unknown': '"PricingCategory" not in (\'Standard\', \'Dynamic\', \'Committed\', \'Other\')',
    'a_service_category_is_unknown': '"ServiceCategory" not in (\'Compute\', \'Networking\', \'Other\')',
    'a_subcategory_is_of_another_category':
        '("ServiceCategory", "ServiceSubcategory") not in (values (\'Compute\', \'Other (Compute)\'),'
        ~ ' (\'Networking\', \'Network Connectivity\'), (\'Other\', \'Other (Other)\'))',
    'a_billing_period_is_no_month':
        '"BillingPeriodStart" != date_trunc(\'month\', "BillingPeriodStart")'
        ~ ' or "BillingPeriodEnd" != "BillingPeriodStart" + interval 1 month',
    'a_charge_period_does_not_end_after_it_begins': '"ChargePeriodEnd" <= "ChargePeriodStart"',
    'a_purchase_is_usage_based': '"ChargeCategory" = \'Purchase\' and "ChargeFrequency" = \'Usage-Based\'',
    'a_purchase_costs_at_once':
        '"ChargeCategory" = \'Purchase\' and "EffectiveCost" != 0' if var('focus_amortisation') == 'accrual' else 'false',
    'a_tax_has_a_price': '"ChargeCategory" = \'Tax\' and (' ~ _any(priced_columns, 'is not null') ~ ')',
    'a_usage_or_purchase_has_no_price': 'is_priced and (' ~ _any(priced_columns, 'is null') ~ ')',
    'something_but_usage_was_consumed':
        '"ChargeCategory" != \'Usage\' and ("ConsumedQuantity" is not null or "ConsumedUnit" is not null)',
    'a_usage_consumed_nothing': '"ChargeCategory" = \'Usage\' and "ChargeClass" is null and "ConsumedQuantity" is null',
    'a_quantity_goes_without_its_unit':
        '("PricingQuantity" is null) != ("PricingUnit" is null) or ("ConsumedQuantity" is null) != ("ConsumedUnit" is null)',
    'a_unit_price_is_negative': _any(price_columns, '< 0'),
    'list_cost_is_not_price_times_quantity':
        'cast("PricingQuantity" as decimal(38, 6)) * "ListUnitPrice" != "ListCost"',
    'contracted_cost_is_not_price_times_quantity':
        'cast("PricingQuantity" as decimal(38, 6)) * "ContractedUnitPrice" != "ContractedCost"',
    'costs_without_a_price_differ':
        '"ListUnitPrice" is null and "PricingQuantity" is null'
        ~ ' and ("ListCost" != "BilledCost" or "ContractedCost" != "BilledCost" or "EffectiveCost" != "BilledCost")',
    'a_price_has_no_sku': '"SkuPriceId" is null and (' ~ _any(priced_columns, 'is not null') ~ ')',
    'a_sku_has_no_meter': '("SkuId" is null) != ("SkuMeter" is null) or ("SkuId" is null) != ("SkuPriceId" is null)',
    'a_region_lacks_its_id_or_name': '("RegionId" is null) != ("RegionName" is null)',
    'a_resource_lacks_its_id_or_type':
        '("ResourceId" is null) != ("ResourceType" is null) or ("ResourceId" is null and "ResourceName" is not null)',
    'tags_are_no_flat_object': 'json_type("Tags") != \'OBJECT\' or tags.is_illegible',
    'an_invoiced_charge_has_no_invoice': '("x_CostBasis" = \'invoiced\') != ("InvoiceId" is not null)',
    'the_pricing_currency_costs_something_else': '"PricingCurrencyEffectiveCost" != "EffectiveCost"'
} -%}
{%- for rule, condition in rules.items() %}
            case when {{ condition }} then '{{ rule }}' end{{ ',' if not loop.last }}
{%- endfor -%}
{%- endmacro %}


{#- Whether any of these columns is as the condition says. -#}
{% macro _any(columns, condition) -%}
    {%- for column in columns -%}
        charges."{{ column }}" {{ condition }}{{ ' or ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
