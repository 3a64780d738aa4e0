"""Lines against what is expected: every finding by its code, chance invoices against the cheapest assignment, the identity."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from matching_oracle import UNMATCHED, Case, make_case
from reconciliation_cases import ISSUED, LOG, PRICE_PER_HOUR, VAT_RATE, Ledger, line, write_ledger
from scratch import ask, build_models, write_raw

from pipelines.terms import OWN

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt reconciliation")]
CASES = [make_case(Random(key), key) for key in range(3000, 3300)]
MODELS = ("+invoice_reconciliation", "+invoice_lines", "+invoice_checks", "+expected_charges")
IDENTITY = (
    "reconciliation_holds_every_line_once", "reconciliation_holds_every_expected_charge_once",
    "reconciliation_bills_what_the_invoice_does",
)  # fmt: skip
# Tests of other layers run over rows of their own.
SELECTION = (
    "--exclude-resource-type", "unit_test", "--select", *MODELS, *IDENTITY,
    "--exclude", "resource_type:test,path:models/staging", "resource_type:test,path:models/intermediate",
)  # fmt: skip
CODES = """
    duplicate_invoice duplicate_line currency_mismatch ambiguous_match credit_unmatched unexpected_charge billed_before_start
    billed_after_cancel setup_fee_repeated period_overlap period_gap price_variance quantity_variance usage_variance
    proration_variance vat_variance missing_charge not_yet_due unpriced not_proved timing_difference matched_within_tolerance
    matched
"""


def write_case(book: Ledger, case: Case) -> None:
    """The racks and the invoice of a case by chance; its number is the case's."""
    for rack in case.racks:
        book.rack(rack.key, rack.price, order=rack.order)
        if rack.linked:
            book.rows["colocation_invoices"].append({"colocation_id": rack.key, "id": str(case.key)})
    lines = (line(" and ".join(f"#{key}" for key in each.names), each.amount, orderId=each.order) for each in case.lines)
    book.invoice(str(case.key), *lines, day=ISSUED)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return write_ledger()


@pytest.fixture(scope="module")
def built(tmp_path_factory, ledger) -> Path:
    path = tmp_path_factory.mktemp("reconciliation") / "warehouse.duckdb"
    book = Ledger()
    book.rows = {table: list(rows) for table, rows in ledger.rows.items()}
    terms = shutil.copytree(OWN, path.parent / "terms")
    for name, row in (("flexmetal_prices", PRICE_PER_HOUR), ("vat_rates", VAT_RATE)):
        with (terms / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(row + "\n")
    for case in CASES:
        write_case(book, case)
    write_raw(path, book.rows | {"load_log": LOG, "currencies": [{"id": "9", "name": "YEN", "decimals": 0}]})
    build_models(path, *SELECTION, terms=terms)
    return path


def test_every_line_gets_exactly_its_code(built, ledger):
    found = defaultdict(list)
    question = "select invoice_id, line_number, code from marts.invoice_reconciliation order by all"
    for invoice, number, code in ask(built, question):
        found[invoice, number].append(code)
    assert {key: found[key] for key in ledger.lines} == ledger.lines


def test_what_no_line_is_sure_to_bill_says_so(built, ledger):
    found = ask(built, """
        select service_key, code from marts.invoice_reconciliation
        where invoice_id is null and period_start = date '2026-03-01' and service_key similar to 'colocation:91.*'
    """)
    assert dict(found) == ledger.charges
    question = "select distinct code from marts.invoice_reconciliation where invoice_id is null"
    later = ask(built, f"{question} and period_start > date '2026-03-31'")
    assert later == [("not_yet_due",)]


def test_no_pair_is_dearer_than_in_the_cheapest_assignment(built):
    found = defaultdict(list)
    for invoice, number, service in ask(built, """
        select invoice_id, line_number, split_part(service_key, ':', 2) from marts.invoice_reconciliation
        where invoice_id is not null and expected_charge_id is not null and match_confidence != 'weak'
    """):
        found[int(invoice)].append((number, service))
    answered = Counter()
    for case in CASES:
        pairs = found[case.key]
        assert case.cheapest(pairs) == case.cheapest(), (case, pairs)
        answered["pairs"] += len(pairs)
        answered["possible"] += len(case.lines) - case.cheapest() // UNMATCHED
        answered["complete"] += len(pairs) == len(case.lines) - case.cheapest() // UNMATCHED
    assert answered["pairs"] > 0.6 * answered["possible"]
    assert answered["complete"] > 100


def test_money_that_is_forgiven_is_counted(built):
    found = ask(built, """
        select invoice_id, tolerance_amount from marts.invoice_reconciliation
        where tolerance_amount != 0 and length(invoice_id) = 3 order by all
    """)
    assert found == [("801", Decimal("0.0100")), ("861", Decimal("0.3500"))]


def test_every_code_of_the_list_occurs(built):
    assert {code for (code,) in ask(built, "select distinct code from marts.invoice_reconciliation")} == set(CODES.split())


def test_every_finding_is_a_sentence_with_its_figures(built):
    question = "select code, message from marts.invoice_reconciliation"
    unlike = ask(built, f"{question} where not regexp_full_match(message, '[A-Z].*[0-9].*[.]')")
    assert unlike == []
