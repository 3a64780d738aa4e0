"""Every planted anomaly gets exactly its code and nothing else gets any: in twenty accounts in one build, and in the demo.

The accounts have no telemetry: what was used is told to the models. Only the demo is measured, loaded and built all the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from account_rows import LOADS, SERVICES, Seen, write_measures
from scratch import Rows, ask, build_models, write_raw

from pipelines.simulator.seed.invoice_stories import Planted
from pipelines.simulator.seed.invoicing import Line
from pipelines.simulator.seed.places import CURRENCIES
from pipelines.simulator.terms import write_terms
from pipelines.simulator.world import World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt invoice stories")]

ACCOUNTS = 20
MEASURED = ("power_by_colocation_month", "bandwidth_by_service_month")
IDENTITY = (
    "reconciliation_holds_every_line_once", "reconciliation_holds_every_expected_charge_once",
    "reconciliation_bills_what_the_invoice_does",
)  # fmt: skip
MODELS = (
    "--exclude-resource-type", "unit_test", "--select", "+invoice_reconciliation", "+invoice_checks", "+invoices", *IDENTITY,
    "--exclude", *MEASURED, "resource_type:test,path:models",
)  # fmt: skip
KINDS = {**SERVICES, "flexmetal_servers": "flexmetal_server"}
CLEAN = {"matched", "not_yet_due"}


class Books:
    """The accounts, and the file of one build over all of them."""

    def __init__(self, folder: Path) -> None:
        self.accounts = [Seen(seed) for seed in range(1, ACCOUNTS + 1)]
        self.path = folder / "warehouse.duckdb"
        write_raw(self.path, raw(self.accounts))
        write_measures(self.path, self.accounts)
        build_models(self.path, *MODELS, terms=write_terms(self.accounts[0].world, folder / "terms"))

    @property
    def planted(self) -> list[Planted]:
        """The answer keys."""
        return [item for account in self.accounts for item in account.world.planted]


def raw(accounts: list[Seen]) -> Rows:
    """The raw rows of all accounts, the loads and the currencies they share."""
    rows: dict[str, list] = {}
    for account in accounts:
        for table, mine in account.rows().items():
            rows.setdefault(table, []).extend(mine)
    log = {"status": "loaded", "row_count": 1}
    rows["load_log"] = [
        log | {"run_id": str(number), "table_name": table, "as_of": moment, "finished_at": moment}
        for number, moment in enumerate(LOADS) for table in rows
    ]  # fmt: skip
    rows["currencies"] = [
        {"id": str(key), "name": name, "sign": sign, "decimals": decimals, "conversion_rate_to_euro": rate}
        for key, (name, sign, decimals, rate) in CURRENCIES.items()
    ]
    return rows


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> Books:
    return Books(tmp_path_factory.mktemp("books"))


def key_of(item: Planted) -> tuple[str, ...]:
    """How a row of the reconciliation is told: by its line, else by the charge that nobody billed."""
    if item.invoice_id:
        return (item.invoice_id, str(item.line_number))
    table, service = item.service
    return (f"{KINDS[table]}:{service}", "recurring", str(item.month))


def expected(worlds: Iterable[World]) -> dict[tuple[str, ...], tuple[str, str]]:
    """Story and code of every row that has one: what was planted, and setup costs whose price nobody knows."""
    codes: dict[tuple[str, ...], tuple[str, str]] = {}
    for world in worlds:
        codes |= {key_of(item): (item.story, item.code) for item in world.planted if item.code not in ("A4", "A9", "overdue")}
        for invoice in world.tables["invoices"]:
            for position, line in enumerate(invoice["@lines"], 1):
                if first_setup(line):
                    codes.setdefault((invoice["id"], str(position)), ("setup of a new server", "unpriced"))
    return codes


def first_setup(line: Line) -> bool:
    """Whether the line has the setup costs of a server, which no operation tells."""
    return bool(line.setup and line.service and line.service[0] == "dedicated_servers")


def test_every_planted_story_gets_exactly_its_code_and_everything_else_is_matched(books):
    rows = ask(books.path, """
        select invoice_id, cast(line_number as varchar), service_key, charge_kind, cast(period_start as varchar), code
        from marts.invoice_reconciliation where period_start >= date '2026-07-01' or invoice_id is null or code != 'not_proved'
    """)
    codes = expected(account.world for account in books.accounts)
    wrong, met = [], set()
    for invoice, line, service, kind, start, code in rows:
        key = (invoice, line) if invoice else (service, kind, start)
        story, wanted = codes.get(key, ("none", ""))
        met.add(key)
        if code != wanted and not (story == "none" and code in CLEAN):
            wrong.append((story, wanted, code, key, service, kind, start))
    missed = [(codes[key], key) for key in codes if key not in met]
    assert not wrong, "\n".join(map(str, [Counter(row[:3] for row in wrong), *wrong[:40]]))
    assert not missed, missed[:20]
    stories = {item.story for item in books.planted} - {"wrong header", "unpaid", "partly paid"}
    assert {story for story, _ in codes.values()} == stories | {"setup of a new server"}
    assert len(stories) == 24


def test_a_story_about_a_whole_invoice_is_a_failed_check_or_an_open_amount(books):
    failed = set(ask(books.path, "select check_id, invoice_id from marts.invoice_checks where status = 'fail'"))
    wrong = {(item.code, item.invoice_id) for item in books.planted if item.code in ("A4", "A9")}
    assert {row for row in failed if row[0] in ("A4", "A9") and row[1] != "*"} >= wrong
    openly = dict(ask(books.path, "select invoice_id, ageing_bucket from marts.invoices where open_amount > 0"))
    overdue = {item.invoice_id for item in books.planted if item.code == "overdue"}
    assert overdue <= set(openly)
    assert {openly[key] for key in overdue} >= {"1-30", "31-60", "61-90", "91+"}


def test_the_demo_finds_every_story_from_what_it_has_measured(demo):
    rows = ask(demo.warehouse, """
        select invoice_id, cast(line_number as varchar), service_key, charge_kind, cast(period_start as varchar), code
        from marts.invoice_reconciliation
    """)
    codes = expected([World()])
    found = {(row[0], row[1]) if row[0] else (row[2], row[3], row[4]): (row[3], row[5]) for row in rows}
    assert {key: found.get(key, ("", ""))[1] for key in codes} == {key: code for key, (_, code) in codes.items()}
    others = {found[key] for key in found.keys() - codes.keys()}
    assert {code for _, code in others} <= {"matched", "matched_within_tolerance", "not_yet_due", "not_proved"}
    assert {kind for kind, code in others if code == "not_proved"} <= {"power", "bandwidth_overuse", "usage"}
