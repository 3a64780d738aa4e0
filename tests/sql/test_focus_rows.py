"""FOCUS over invoices of every kind: amortised, credited, in yen, without lines, illegible."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from invoice_oracle import AS_OF, make_invoice
from scratch import ask, build_models, write_raw

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt focus")]

CASES = [make_invoice(Random(key), key) for key in range(1001, 1151)]
SEEN = {"first_seen_at": datetime(2026, 1, 5, tzinfo=UTC), "last_seen_at": AS_OF, "is_deleted": False}
SERVER = {
    "id": "5", "price_per_month": "10000", "currency_id": "0", "date_start": "2026-01-01", "instance_type": "bm7.std.8",
    "client_server_name": "game 5", "project_name": "arena", "category": "Game Servers", "contract_period": 12,
    "labels": '[{"key": "env", "value": "prod"}, {"key": "a\\"b.c", "value": ""}, {"key": "i3d/project", "value": "mine"}, 7]',
}  # fmt: skip


def document(
    key: str, day: str, items: list[dict[str, Any]], less_vat: int = 0, **given: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row of the list and the document of an invoice; its VAT may be less than that of its lines."""
    moment = int(datetime.fromisoformat(f"{day}T06:00:00+00:00").timestamp())
    excl, vat = (sum(int(item[field]) for item in items) for field in ("amountExclVat", "vatAmount"))
    vat -= less_vat
    amounts = {"amount_excl_vat": str(excl), "amount_inc_vat": str(excl + vat)}
    shared = {"id": key, "invoice_number": f"N-{key}", "currency": "Euro", "is_credit": 0} | amounts | given
    listed = shared | {"creation_date": moment, "due_date": moment, "total_paid_amount": "0", "remaining_amount": "0"}
    return listed, shared | {"creation_date": day, "due_date": day, "vat_amount": str(vat), "items": items,
                             "client_number": "42", "company_details": {"name": "Provider B.V."}}  # fmt: skip


def line(text: str, period: tuple[str, str], excl: int, price: str, **given: Any) -> dict[str, Any]:
    vat = str(round(excl * 21 / 100))
    return {"description": text, "periodFrom": period[0], "periodTo": period[1], "quantity": 1, "unitPrice": price,
            "setupCosts": "0", "vatPercentage": 21, "vatAmount": vat, "amountExclVat": str(excl)} | given  # fmt: skip


QUARTER, MARCH = ("2026-04-01", "2026-06-30"), ("2026-03-01", "2026-03-31")
WRITTEN = [
    document("setup", "2026-02-20", [line("game 5 (#5) monthly fee", MARCH, 15000, "10000", setupCosts="5000")]),
    document("quarter", "2026-03-20", [line("game 5 (#5) monthly fee", QUARTER, 30001, "30001")]),
    document("yen", "2026-03-21", [line("game 9 monthly fee", MARCH, 24000, "24000")], currency="YEN"),
    document("credit", "2026-04-02", [line("game 5 (#5) monthly fee, N-setup", MARCH, -2500, "-2500")], is_credit=1),
    document("goodwill", "2026-04-03", [line("Goodwill", MARCH, -100, "-100")], is_credit=1),
    document("rounded", "2026-04-04", [line("Remote hands", MARCH, 333, "333", vatAmount="71")] * 3, less_vat=3),
]
LISTED = [row for row, _ in WRITTEN] + [
    {"id": "bare", "invoice_number": "N-bare", "creation_date": 1775023200, "currency": "Euro", "is_credit": 0,
     "amount_excl_vat": "100", "amount_inc_vat": "121"},
    {"id": "blank"},
    {"id": "words", "currency": "Doubloon", "amount_excl_vat": "lots", "amount_inc_vat": "121", "is_credit": 0},
]  # fmt: skip
DOCUMENTS = [row for _, row in WRITTEN] + [
    {"id": "words", "creation_date": "32-13-2026", "currency": "Doubloon", "items": [
        None, {}, 7, {"periodFrom": "2026-02-10", "periodTo": "2026-02-01", "amountExclVat": {"value": 1}},
        {"quantity": 10**11, "unitPrice": str(10**11), "amountExclVat": "9" * 30, "vatAmount": "5"},
    ]},
    {"id": "odd", "currency": "YEN", "amount_inc_vat": "1", "items": [
        {"description": "setup of (#6)", "amountExclVat": "-" + "9" * 12, "setupCosts": "9" * 12, "vatAmount": "0"},
        {"description": "(#6) hours", "amountExclVat": "5", "setupCosts": "7", "quantity": -3, "unitPrice": "-2"},
    ]},
    {"id": "huge", "is_credit": 1, "amount_excl_vat": "9" * 12, "vat_amount": "9" * 12, "amount_inc_vat": "9" * 12, "items": [{
        "description": "kWh", "quantity": "999999999999", "unitPrice": "999999999999.999999", "amountExclVat": "9" * 12,
        "setupCosts": "9" * 12, "vatPercentage": 99999, "vatAmount": "9" * 12, "amountIncVat": "9" * 12,
    }]},
]  # fmt: skip
ROWS = {
    "load_log": [{"run_id": "a", "table_name": "invoices", "status": "loaded", "as_of": AS_OF, "finished_at": AS_OF}],
    "currencies": [{"id": "0", "name": "Euro", "decimals": 2}, {"id": "9", "name": "YEN", "decimals": 0}],
    "account_details": [{"account_type": 2, "company_name": "Arena B.V."}],
    "dedicated_servers": [
        SERVER | SEEN, {"id": "6", "category": " ", "dc_location_id": "", "instance_type": "", "labels": "{}"} | SEEN,
    ],
    "dedicated_servers_history": [
        {"id": "5", "price_per_month": "10000", "currency_id": "0", "valid_from": datetime(2026, 1, 5, tzinfo=UTC)},
    ],
    "flexmetal_servers": [{"uuid": "fm", "name": "worker", "tags": ["env:prod", 'we"ird', "", 7]} | SEEN],
    "invoices": [row for row, _ in CASES] + LISTED,
    "invoice_details": [row for _, row in CASES if row] + DOCUMENTS,
}
MODELS = ("path:models/marts/focus", "path:models/intermediate/focus", "focus_rows_obey_their_rules")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """The models of FOCUS and their tests, among them the linter, over all of it."""
    path = tmp_path_factory.mktemp("focus") / "warehouse.duckdb"
    write_raw(path, ROWS)
    build_models(path, "--exclude-resource-type", "unit_test", "--select", *(f"+{name}" for name in MODELS))
    return path


def test_the_bills_of_every_invoice_add_up_to_what_it_asks_for(built):
    billed = dict(ask(built, 'select "InvoiceId", sum("BilledCost") from marts.focus_cost_and_usage group by 1'))
    asked = dict(ask(built, "select invoice_id, amount_incl_vat from marts.invoices"))
    assert len(asked) == 150 + len(WRITTEN) + 5
    assert {key: billed.get(key, 0) for key, amount in asked.items() if amount is not None} == {
        key: amount for key, amount in asked.items() if amount is not None
    }
    assert asked["blank"] is None


def parts(path: Path, invoice: str, columns: str) -> list[tuple[Any, ...]]:
    return ask(path, f"""select "x_ChargePart", {columns} from marts.focus_cost_and_usage where "InvoiceId" = '{invoice}'
        order by "x_RowId\"""")


def test_setup_costs_are_a_purchase_spread_over_the_months_of_the_contract(built):
    found = parts(built, "setup", '"ChargeCategory", "BilledCost", "EffectiveCost", "ChargePeriodStart"::date')
    assert found[:2] == [
        ("charge", "Usage", 100, 100, date(2026, 3, 1)), ("setup", "Purchase", 50, 0, date(2026, 3, 1)),
    ]  # fmt: skip
    shares = [row for row in found if row[0] == "share"]
    assert [row[3] for row in shares] == [Decimal("4.17")] * 8 + [Decimal("4.16")] * 4
    assert [row[4] for row in shares] == [date(2026 + (month + 2) // 12, (month + 2) % 12 + 1, 1) for month in range(12)]
    assert {row[1:3] for row in shares} == {("Usage", 0)}


def test_what_is_paid_for_several_months_costs_in_each_of_them(built):
    found = parts(built, "quarter", '"ChargeCategory", "BilledCost", "EffectiveCost", "PricingQuantity", "ConsumedQuantity"')
    assert found == [
        ("charge", "Purchase", Decimal("300.01"), 0, 3, None),
        ("share", "Usage", 0, Decimal("100.01"), 0, 1), ("share", "Usage", 0, 100, 0, 1), ("share", "Usage", 0, 100, 0, 1),
        ("vat", "Tax", 63, 63, None, None),
    ]  # fmt: skip
    [(cost, price, unit)] = ask(built, """select "ContractedCost", "ContractedUnitPrice", "PricingUnit"
        from marts.focus_cost_and_usage where "x_RowId" = 'quarter-1'""")
    assert (cost, price, unit) == (300, 100, "Months")


def test_yen_have_no_hundredths(built):
    assert parts(built, "yen", '"BillingCurrency", "BilledCost"') == [("charge", "JPY", 24000), ("vat", "JPY", 5040)]


def test_a_credit_note_corrects_the_charge_it_names_and_is_a_credit_otherwise(built):
    columns = '"ChargeCategory", "ChargeClass", "BilledCost", "PricingQuantity"'
    assert parts(built, "credit", columns)[0] == ("charge", "Usage", "Correction", -25, -1)
    assert parts(built, "goodwill", columns) == [
        ("charge", "Credit", None, -1, None), ("vat", "Tax", None, Decimal("-0.21"), None),
    ]  # fmt: skip
    question = "select distinct \"InvoiceId\", \"ReferenceInvoiceId\" from marts.focus_invoice_detail where \"InvoiceId\" in "
    assert sorted(ask(built, f"{question} ('credit', 'goodwill')")) == [("credit", "setup"), ("goodwill", "goodwill")]


def test_what_the_lines_do_not_say_has_a_row_of_its_own(built):
    columns = '"ChargeCategory", "ChargeDescription", "BilledCost"'
    assert parts(built, "rounded", columns)[0] == ("vat_rounding", "Tax", "VAT rounding", Decimal("-0.03"))
    assert parts(built, "bare", columns) == [("rest", "Adjustment", "Invoice without lines", Decimal("1.21"))]
    assert parts(built, "blank", columns) == []
    [*_, rest] = sorted(parts(built, "words", '"BillingCurrency", "x_Reason"'))
    assert rest[1] == "XXX"
    assert "issue_day_unknown" in rest[2]


def test_tags_are_one_object_and_say_true_where_they_have_no_value(built):
    found = dict(ask(built, "select service_key, tags from intermediate.int_focus_tags__listed"))
    assert found["dedicated_server:5"] == '{"a\\"b.c":true,"env":"prod","i3d/category":"Game Servers","i3d/project":"mine"}'
    assert found["flexmetal_server:fm"] == '{"7":true,"env:prod":true,"we\\"ird":true}'


def test_only_months_that_no_invoice_charges_are_accrued(built):
    question = """select "ChargePeriodStart"::date, "BilledCost" from marts.focus_cost_and_usage
        where "x_CostBasis" = 'accrued' and "x_ServiceKey" = 'dedicated_server:5' order by 1"""
    assert ask(built, question) == []
    [(first,)] = ask(built, "select count(*) from marts.cost_by_service_month where service_key = 'dedicated_server:5'")
    assert first == 6
