"""Our own linter of FOCUS rows: nothing to find in the demo, and every kind of planted defect found under its name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import duckdb
import pytest

TABLE = "marts.focus_cost_and_usage"
CHARGE = "\"x_ChargePart\" = 'charge'"
TAX = "\"ChargeCategory\" = 'Tax'"
USAGE = f"{CHARGE} and \"ChargeCategory\" = 'Usage'"

# What the linter must say, which row is spoilt, and how.
DEFECTS = [
    ("a_required_value_is_missing", CHARGE, '"ListCost" = null'),
    ("a_required_value_is_missing", CHARGE, '"ChargePeriodEnd" = null'),
    ("a_name_is_blank", CHARGE, "\"ServiceName\" = ''"),
    ("the_provider_has_no_such_thing", CHARGE, "\"CommitmentDiscountId\" = 'c-1'"),
    ("a_currency_is_no_iso_code", CHARGE, '"BillingCurrency" = \'euro\', "PricingCurrency" = \'euro\''),
    ("a_currency_is_no_iso_code", CHARGE, "\"PricingCurrency\" = 'GBP'"),
    ("a_charge_category_is_unknown", CHARGE, "\"ChargeCategory\" = 'Refund'"),
    ("a_charge_class_is_unknown", CHARGE, "\"ChargeClass\" = 'correction'"),
    ("a_charge_frequency_is_unknown", CHARGE, "\"ChargeFrequency\" = 'Monthly'"),
    ("a_pricing_category_is_unknown", USAGE, "\"PricingCategory\" = 'On-Demand'"),
    ("a_service_category_is_unknown", CHARGE, "\"ServiceCategory\" = 'Hosting'"),
    ("a_subcategory_is_of_another_category", CHARGE, "\"ServiceSubcategory\" = 'Virtual Machines'"),
    ("a_billing_period_is_no_month", CHARGE, '"BillingPeriodStart" = "BillingPeriodStart" + interval 1 day'),
    ("a_billing_period_is_no_month", CHARGE, '"BillingPeriodEnd" = "BillingPeriodEnd" - interval 1 second'),
    ("a_charge_period_does_not_end_after_it_begins", CHARGE, '"ChargePeriodEnd" = "ChargePeriodStart"'),
    ("a_purchase_is_usage_based", "\"ChargeCategory\" = 'Purchase'", "\"ChargeFrequency\" = 'Usage-Based'"),
    ("a_purchase_costs_at_once", "\"ChargeCategory\" = 'Purchase'", '"EffectiveCost" = "BilledCost"'),
    ("a_tax_has_a_price", TAX, "\"SkuId\" = 'vat'"),
    ("a_tax_has_a_price", TAX, '"PricingQuantity" = 1'),
    ("a_usage_or_purchase_has_no_price", USAGE, '"PricingCategory" = null'),
    ("a_usage_or_purchase_has_no_price", USAGE, '"ContractedUnitPrice" = null'),
    ("something_but_usage_was_consumed", TAX, '"ConsumedQuantity" = 1, "ConsumedUnit" = \'Months\''),
    ("a_usage_consumed_nothing", USAGE, '"ConsumedQuantity" = null, "ConsumedUnit" = null'),
    ("a_quantity_goes_without_its_unit", USAGE, '"ConsumedUnit" = null'),
    ("a_quantity_goes_without_its_unit", USAGE, '"PricingUnit" = null'),
    ("a_unit_price_is_negative", USAGE, '"PricingCurrencyListUnitPrice" = -1'),
    ("list_cost_is_not_price_times_quantity", USAGE, '"ListCost" = "ListCost" + 0.000001'),
    ("contracted_cost_is_not_price_times_quantity", USAGE, '"ContractedCost" = "ContractedCost" * 2'),
    ("costs_without_a_price_differ", TAX, '"ListCost" = "ListCost" + 1'),
    ("costs_without_a_price_differ", "\"ChargeCategory\" = 'Credit'", '"EffectiveCost" = 0'),
    ("a_price_has_no_sku", USAGE, '"SkuPriceId" = null'),
    ("a_sku_has_no_meter", USAGE, '"SkuMeter" = null'),
    ("a_region_lacks_its_id_or_name", USAGE, '"RegionName" = null'),
    ("a_resource_lacks_its_id_or_type", USAGE, '"ResourceType" = null'),
    ("a_resource_lacks_its_id_or_type", "\"ResourceId\" is null", "\"ResourceName\" = 'web-1'"),
    ("tags_are_no_flat_object", CHARGE, """"Tags" = '["env:prod"]'"""),
    ("tags_are_no_flat_object", CHARGE, """"Tags" = '{"env": {"is": "prod"}}'"""),
    ("tags_are_no_flat_object", CHARGE, """"Tags" = '{"web": ""}'"""),
    ("an_invoiced_charge_has_no_invoice", CHARGE, '"InvoiceId" = null'),
    ("an_invoiced_charge_has_no_invoice", "\"x_CostBasis\" = 'accrued'", "\"InvoiceId\" = '170001'"),
    ("the_pricing_currency_costs_something_else", CHARGE, '"PricingCurrencyEffectiveCost" = "EffectiveCost" + 1'),
    ("billed_cost_is_not_what_the_invoice_asks_for", CHARGE, '"BilledCost" = "BilledCost" + 0.01'),
    ("billed_cost_is_not_what_the_invoice_asks_for", TAX, '"BilledCost" = 0'),
    ("what_a_line_costs_is_not_what_it_bills", "\"x_ChargePart\" = 'share'", '"EffectiveCost" = "EffectiveCost" + 0.01'),
    ("an_invoice_has_two_currencies", CHARGE, '"BillingCurrency" = \'GBP\', "PricingCurrency" = \'GBP\''),
    (
        "an_invoice_has_two_billing_periods", CHARGE,
        '"BillingPeriodStart" = date \'2020-01-01\', "BillingPeriodEnd" = date \'2020-02-01\'',
    ),
    ("a_service_has_two_categories", CHARGE, "\"ServiceCategory\" = 'Networking'"),
    ("a_price_belongs_to_two_skus", USAGE, "\"SkuId\" = 'dedicated:other'"),
    ("a_row_is_there_twice", CHARGE, f'"x_RowId" = (select max("x_RowId") from {TABLE})'),
    (
        "an_accrued_charge_is_invoiced", "\"x_CostBasis\" = 'accrued' and \"x_ChargeKind\" = 'power'",
        '"ChargePeriodStart" = "ChargePeriodStart" - interval 1 month',
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(demo, tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("linter") / "warehouse.duckdb"
    shutil.copyfile(demo.warehouse, path)
    with duckdb.connect(str(path)) as connection:
        # The linter as the warehouse has it, over a table that can be spoilt at once.
        yield connection


def findings(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {rule for (rule,) in connection.execute("select rule_name from intermediate.int_focus_rows__linted").fetchall()}


def test_the_demo_has_rows_of_every_kind_and_no_finding(warehouse):
    kinds = warehouse.execute(f'select distinct "x_ChargePart" from {TABLE}').fetchall()
    assert {"charge", "vat", "setup", "share", "rest", "accrual"} <= {kind for (kind,) in kinds}
    assert findings(warehouse) == set()


def test_more_than_twenty_kinds_of_defects_are_planted():
    assert len({rule for rule, _, _ in DEFECTS}) > 20


@pytest.mark.parametrize(("rule", "row", "change"), DEFECTS)
def test_a_planted_defect_is_found_under_its_name(warehouse, rule, row, change):
    warehouse.execute("begin")
    try:
        warehouse.execute(
            f'update {TABLE} set {change} where "x_RowId" = (select min("x_RowId") from {TABLE} where {row})'
        )
        assert rule in findings(warehouse)
    finally:
        warehouse.execute("rollback")
