"""Invoices: proofs against an independent computation, planted anomalies of a simulated account, documents that are no good."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from conftest import Account
from invoice_oracle import AS_OF, CURRENCIES, age, make_invoice, prove_line, prove_sum, whole
from scratch import ask, build_models, write_raw

from pipelines.i3d.load import Report
from pipelines.simulator.server import Server
from pipelines.simulator.world import World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt-invoices")]

COUNT = 600
CASES = [make_invoice(Random(key), key) for key in range(1, COUNT + 1)]
MODELS = ("--exclude-resource-type", "unit_test", "--select", "+invoices", "+invoice_lines", "+invoice_checks")
BY_CHANCE = "regexp_full_match(invoice_id, '[0-9]+')"
LOG = {"run_id": "a", "status": "loaded", "as_of": AS_OF, "finished_at": AS_OF}
TABLES = (
    "invoices", "unpaid_invoices", "invoice_details", "colocation_invoices", "cross_connect_invoices", "payment_preparation",
    "dedicated_servers", "colocations", "cross_connects", "flexmetal_servers", "currencies",
)  # fmt: skip


BAD = {
    "invoices": [
        {"id": "b1"},
        {"id": "b2", "invoice_number": "B-2", "creation_date": 1767247200, "due_date": 1768456800, "currency": "Cowrie",
         "is_credit": 0, "amount_excl_vat": "lots", "amount_inc_vat": "121", "total_paid_amount": "0",
         "remaining_amount": "121"},
        {"id": "b3", "invoice_number": "B-3", "currency": "Euro", "is_credit": 7, "amount_excl_vat": "100"},
    ],
    "invoice_details": [
        {"id": "b2", "invoice_number": "B-2", "creation_date": "32-13-2026", "currency": "Cowrie", "payment_term": 10**15,
         "items": [
            None, {}, 7, {"periodFrom": "2026-02-10", "periodTo": "2026-02-01", "amountExclVat": {"value": 1}},
            {"quantity": 10**11, "unitPrice": str(10**11), "amountExclVat": "9" * 30, "vatPercentage": 10**9},
        ]},
        {"id": "b4", "items": {"no": "list"}, "amount_excl_vat": "100", "vat_amount": "21", "amount_inc_vat": "121"},
        {"id": "b5", "is_credit": 1, "amount_excl_vat": "-" + "9" * 12, "vat_amount": "9" * 12, "amount_inc_vat": "9" * 12,
         "items": [{
            "quantity": "999999999999", "unitPrice": "999999999999.999999", "amountExclVat": "9" * 12, "setupCosts": "9" * 12,
            "vatPercentage": 99999, "vatAmount": "9" * 12, "amountIncVat": "9" * 12,
        }]},
    ],
    "payment_preparation": [{"currency": None, "total_amount": "x"}],
    "unpaid_invoices": [{"id": "b99", "currency": "Euro", "remaining_amount": "1", "is_credit": 0}],
    "load_log": [LOG | {"table_name": "unpaid_invoices"}],
    "currencies": [{"id": "9", "name": "YEN", "decimals": 0}],
}  # fmt: skip


@pytest.fixture(scope="module")
def random_invoices(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("random") / "warehouse.duckdb"
    listed, documents = [row for row, _ in CASES], [row for _, row in CASES if row]
    write_raw(path, BAD | {"invoices": [*listed, *BAD["invoices"]], "invoice_details": [*documents, *BAD["invoice_details"]]})
    build_models(path, *MODELS)
    return path


CONTRACT = {
    "invoices": "invoice_id VARCHAR, invoice_number VARCHAR, issued_on DATE, due_on DATE, currency_code VARCHAR,"
    " is_credit BOOLEAN, amount_excl_vat DECIMAL(18,4), vat_amount DECIMAL(18,4), amount_incl_vat DECIMAL(18,4),"
    " paid_amount DECIMAL(18,4), open_amount DECIMAL(18,4), paid_on DATE, days_overdue INTEGER, ageing_bucket VARCHAR",
    "invoice_lines": "invoice_id VARCHAR, line_number INTEGER, description VARCHAR, order_id VARCHAR, period_start DATE,"
    " period_end DATE, quantity DECIMAL(18,6), unit_price DECIMAL(18,6), setup_amount DECIMAL(18,4),"
    " amount_excl_vat DECIMAL(18,4), vat_amount DECIMAL(18,4), amount_incl_vat DECIMAL(18,4), currency_code VARCHAR,"
    " charge_kind VARCHAR, service_key VARCHAR, match_rule VARCHAR, match_confidence VARCHAR",
    "invoice_checks": "invoice_id VARCHAR, line_number INTEGER, check_id VARCHAR, status VARCHAR, expected VARCHAR,"
    " actual VARCHAR, message VARCHAR",
}


@pytest.mark.parametrize("mart", CONTRACT)
def test_a_mart_has_the_columns_that_others_rely_on(random_invoices, mart):
    found = [f"{row[0]} {row[1]}" for row in ask(random_invoices, f"describe marts.{mart}")]
    assert set(CONTRACT[mart].split(", ")) <= set(found)


def statuses(path: Path, check: str) -> dict[tuple[str, int], str]:
    question = f"select invoice_id, line_number, status from marts.invoice_checks where check_id = '{check}' and {BY_CHANCE}"
    found = ask(path, question)
    return {(invoice, line): status for invoice, line, status in found}


def lines_of(document):
    return document["items"] if isinstance(document["items"], list) else []


@pytest.mark.parametrize("check", ["A1", "A2", "A3"])
def test_every_line_is_proved_as_an_independent_computation_proves_it(random_invoices, check):
    expected = {
        (document["id"], position): "pass" if prove_line(line, listed["is_credit"] == 1)[check] else "fail"
        for listed, document in CASES
        if document
        for position, line in enumerate(lines_of(document), 1)
    }
    found = {key: status for key, status in statuses(random_invoices, check).items() if key[1]}
    assert found == expected
    assert min(Counter(expected.values()).values()) > 50


def test_every_invoice_adds_up_as_an_independent_computation_adds_it(random_invoices):
    sums, totals = statuses(random_invoices, "A4"), statuses(random_invoices, "A3")
    verdicts = Counter()
    for listed, document in CASES:
        key = (listed["id"], 0)
        if document is None:
            assert sums[key] == totals[key] == "not_applicable"
            continue
        assert sums[key] == ("pass" if prove_sum(document, lines_of(document)) else "fail"), document
        verdicts[sums[key]] += 1
    assert min(verdicts.values()) > 50


def test_every_invoice_ages_as_an_independent_computation_ages_it(random_invoices):
    rows = ask(random_invoices, f"select invoice_id, open_amount, ageing_bucket from marts.invoices where {BY_CHANCE}")
    found = {row[0]: row[1:] for row in rows}
    expected = {}
    for listed, document in CASES:
        rest, bucket = age(listed, document)
        divisor = CURRENCIES[listed["currency"]]
        expected[listed["id"]] = (None if rest is None else Decimal(rest) / divisor, bucket)
    assert found == expected
    assert {bucket for _, bucket in expected.values()} == {"not_due", "1-30", "31-60", "61-90", "91+", "paid", "credit", None}


def test_an_amount_that_is_no_number_is_unknown_with_its_reason(random_invoices):
    unread = [document["id"] for listed, document in CASES if document and whole(document["vat_amount"]) is None]
    unknown = f"vat_amount is null and reason is not null and {BY_CHANCE}"
    found = ask(random_invoices, f"select invoice_id from marts.invoices where {unknown}")
    missing = [listed["id"] for listed, document in CASES if document is None]
    assert sorted(row[0] for row in found) == sorted(unread + missing)
    assert unread
    assert missing


@pytest.fixture(scope="module")
def simulated(tmp_path_factory) -> Account:
    world = World(seed=3, size="small")
    with Server(world) as server:
        account = Account(world, server.url, tmp_path_factory.mktemp("simulated"))
        report: Report = account.load(*TABLES)
    assert {row["status"] for row in report.tables} == {"loaded"}
    build_models(account.warehouse.private, *MODELS)
    return account


def test_only_what_was_planted_fails(simulated):
    failed = ask(simulated.warehouse.private, "select check_id, invoice_id from marts.invoice_checks where status = 'fail'")
    checks = {"A4": "A4", "A9": "A9", "vat_variance": "A2"}
    planted = {(checks[item.code], item.invoice_id) for item in simulated.world.planted if item.code in checks}
    assert {check for check, _ in planted} == set(checks.values())
    copies = {("A2", item.invoice_id) for item in simulated.world.planted if item.code == "A9"}
    assert set(failed) - copies == planted


def test_the_account_proves_its_open_balance_with_what_paying_takes(simulated):
    question = "select status, message from marts.invoice_checks where invoice_id = '*' and check_id = 'A8'"
    assert ask(simulated.warehouse.private, question) == [
        ("pass", "What is open is what the list of unpaid invoices asks for, and what paying takes.")
    ]


def test_unpaid_and_partly_paid_invoices_are_in_their_buckets(simulated):
    planted = [item.invoice_id for item in simulated.world.planted if item.code == "overdue"]
    rows = [row for row in simulated.world.tables["invoices"] if row["id"] in planted]
    question = "select invoice_id, open_amount, days_overdue, ageing_bucket from marts.invoices where days_overdue > 0"
    found = {row[0]: row[1:] for row in ask(simulated.warehouse.private, question)}
    today = simulated.world.clock.now().date()
    for row in rows:
        days = (today - datetime.fromtimestamp(row["dueDate"], UTC).date()).days
        divisor = CURRENCIES[row["currency"]]
        bucket = next(name for most, name in ((30, "1-30"), (60, "31-60"), (90, "61-90"), (999, "91+")) if days <= most)
        if days > 0:
            assert found.pop(row["id"]) == (Decimal(row["remainingAmount"]) / divisor, days, bucket)
    assert found == {}
    assert len(rows) == 2


def test_a_credit_finds_its_invoice_and_goodwill_finds_none(simulated):
    path, invoices = simulated.warehouse.private, {row["id"]: row for row in simulated.world.tables["invoices"]}
    keys = {item.story: item.invoice_id for item in simulated.world.planted}
    for story in ("credit", "partial credit"):
        credit = invoices[keys[story]]
        [original] = [row for row in invoices.values() if row["invoiceNumber"] == credit["description"].split()[-1]]
        [position] = [at for at, line in enumerate(original["@lines"], 1) if line.service == credit["@lines"][0].service]
        question = "select credited_invoice_id, credited_line_number, credit_reason from marts.invoice_lines where invoice_id ="
        assert ask(path, f"{question} '{credit['id']}'") == [(original["id"], position, None)]
    question = f"select open_amount, credit_reason from marts.invoices where invoice_id = '{keys['goodwill']}'"
    assert ask(path, question) == [(Decimal("-30.2500"), "credit_unmatched")]


def test_every_line_of_a_service_finds_it_and_every_period_is_half_open(simulated):
    path = simulated.warehouse.private
    truth = {
        (row["id"], position): (line.service, line.period)
        for row in simulated.world.tables["invoices"] for position, line in enumerate(row["@lines"], 1)
    }  # fmt: skip
    stories = {"bundle", "ambiguous match"}
    shared = {(item.invoice_id, item.line_number) for item in simulated.world.planted if item.story in stories}
    found = ask(path, "select invoice_id, line_number, service_key, period_start, period_end from marts.invoice_lines")
    listed = {key for (key,) in ask(path, "select service_key from marts.services")}
    assert len(found) == len(truth)
    for invoice, line, service_key, *period in found:
        service, expected_period = truth[invoice, line]
        assert tuple(period) == expected_period
        key = f"{service[0].removesuffix('s')}:{service[1]}" if service and (invoice, line) not in shared else None
        if key is not None:
            assert service_key == (key if key in listed else None)
    assert sum(row[2] is not None for row in found) > 0.9 * len(found)


def test_bad_documents_are_named_failures_and_unknown_amounts(random_invoices):
    path, planted = random_invoices, f"not {BY_CHANCE}"
    question = "select invoice_id, reason, open_amount, ageing_bucket, currency_code from marts.invoices"
    assert ask(path, f"{question} where {planted} order by 1") == [
        ("b1", "amount_unreadable", None, None, "XXX"),
        ("b2", "amount_unreadable", Decimal("1.2100"), "91+", "XXX"),
        ("b3", "amount_unreadable", None, None, "EUR"),
        ("b4", "currency_unknown", None, None, "XXX"),
        ("b5", "currency_unknown", None, "credit", "XXX"),
    ]
    question = "select invoice_id, string_agg(check_id, ' ' order by check_id) from marts.invoice_checks"
    assert ask(path, f"{question} where status = 'fail' and line_number = 0 and {planted} group by all order by all") == [
        ("*", "A8"), ("b1", "A5 A6 A7 A9"), ("b2", "A3 A4 A5"), ("b3", "A5 A6 A7"), ("b4", "A4 A5 A7 A9"),
        ("b5", "A3 A5 A7 A9"),
    ]  # fmt: skip
    question = "select line_number, amount_excl_vat, period_reason, amount_raw from marts.invoice_lines where invoice_id = 'b2'"
    assert ask(path, f"{question} order by 1") == [
        (1, None, "period_missing", None), (2, None, "period_missing", None), (3, None, "period_missing", None),
        (4, None, "period_reversed", '{"value":1}'), (5, None, "period_missing", "9" * 30),
    ]  # fmt: skip
    question = f"select invoice_id, status, count(*) from marts.invoice_checks where line_number > 0 and {planted} group by all"
    assert sorted(ask(path, question)) == [("b2", "fail", 15), ("b5", "fail", 3)]
