"""The page of the demo: every figure is that of its mart, what is cut is accounted for, and it needs nothing but itself."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from audit import Demo
from figures import Marts, Page, check

from pipelines import cli

pytestmark = pytest.mark.slow
MONTH = "(select previous_month from marts.clock)"
BY_CURRENCY = f"select currency_code, amount from marts.cost_by_month where month = {MONTH}"
SECTIONS = {"glance", "exceptions", "cost", "invoices", "bandwidth", "power", "capacity", "contracts", "health", "sources"}


@pytest.fixture(scope="module")
def page(demo: Demo) -> Page:
    return Page(demo.warehouse.parent / "report" / "report.html")


@pytest.fixture(scope="module")
def marts(demo: Demo) -> Marts:
    return Marts(demo.warehouse)


def shown(page: Page, table: str, column: str) -> list[str]:
    return [figure.value for figure in page.figures if figure.table == table and figure.column == column]


def test_every_figure_is_that_of_its_mart(page: Page, marts: Marts) -> None:
    for figure in page.figures:
        check(figure, marts)
    assert len(page.figures) > 2000
    assert {figure.mart for figure in page.figures} >= {
        "cost_by_month", "cost_by_kind_month", "cost_by_service_month", "cost_change_by_service_month",
        "cost_by_allocation_month", "exceptions", "reconciliation_by_kind",
        "invoices", "invoice_ageing", "invoice_checks", "bandwidth_by_service_month", "bandwidth_by_service_day",
        "power_by_colocation_month", "capacity_colocation", "capacity_flexmetal_commit", "capacity_flexmetal_quota",
        "contract_calendar", "load_health", "services",
    }  # fmt: skip


@pytest.mark.parametrize("table", ["service", "location", "project", "service_type", "purchase_order"])
def test_what_a_table_of_cost_shows_and_what_it_leaves_out_is_the_cost_of_the_month(page, marts, table):
    found = defaultdict(Decimal)
    for figure in page.figures:
        if figure.table == f"cost_by_{table}" and figure.column == "amount" and figure.value:
            found[figure.text[:3]] += Decimal(figure.value)
    rest = page.rests.get(f"cost_by_{table}")
    for currency, amount in (rest.amounts if rest else {}).items():
        found[currency] += amount
    assert found == {row["currency_code"]: row["amount"] for row in marts.rows(BY_CURRENCY)}


@pytest.mark.parametrize(
    ("table", "count"),
    [
        ("cost_by_service", f"marts.cost_by_service_month where month = {MONTH}"),
        ("exceptions_high", "marts.exceptions where severity = 'high'"),
        ("exceptions_low", "marts.exceptions where severity = 'low'"),
        ("reconciliation", "marts.reconciliation_by_kind"),
        ("failed_proofs", "marts.invoice_checks where status = 'fail'"),
        ("open_invoices", "marts.invoices where open_amount != 0 or open_amount is null"),
        ("bandwidth_running", "marts.bandwidth_by_service_month where month = (select month from marts.clock)"),
        ("power_closed", f"marts.power_by_colocation_month where month = {MONTH}"),
        ("contract_calendar", "marts.contract_calendar"),
        ("load_health", "marts.load_health"),
    ],
)
def test_no_row_is_forgotten(page, marts, table, count):
    rows = {figure.row for figure in page.figures if figure.table == table}
    left = page.rests[table].count if table in page.rests else 0
    assert len(rows) + left == marts.rows(f"select count(*) as n from {count}")[0]["n"] > 0


def test_the_largest_amounts_come_first_whatever_their_currency(page: Page, marts: Marts) -> None:
    euros = [
        marts.row("cost_by_service_month", figure.key, figure.row)["amount_eur"]
        for figure in page.figures if figure.table == "cost_by_service" and figure.column == "amount"
    ]  # fmt: skip
    # Amounts are compared by the rate of the month's total, which is rounded.
    assert all(later <= earlier + Decimal("0.5") for earlier, later in pairwise(euros))


def test_the_calendar_begins_with_the_nearest_day_on_which_something_can_be_cancelled(page: Page) -> None:
    days = [int(value) for value in shown(page, "contract_calendar", "days_to_cancel") if value]
    ahead = [value for value in days if value >= 0]
    assert days == sorted(ahead) + sorted((value for value in days if value < 0), reverse=True)
    assert ahead


def test_a_service_names_who_bears_it_and_a_change_has_one_sign(page: Page, marts: Marts, demo: Demo) -> None:
    known = marts.rows("select distinct project_name, purchase_order from marts.services")
    for column in ("project_name", "purchase_order"):
        listed = {value for value in shown(page, "cost_by_service", column) if value}
        assert listed
        assert listed <= {row[column] for row in known}
    assert "Less by" not in (demo.warehouse.parent / "report" / "report.html").read_text(encoding="utf-8")


def test_every_figure_leads_to_its_rule_inside_the_page(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    inside = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)
    assert {f"{figure.mart}.{figure.column}" for figure in page.figures} <= set(page.ids)
    assert {"cost_by_service_month.amount", "power_by_colocation_month.headroom_amps", "exceptions.amount_at_stake"} <= inside
    assert set(page.ids) >= SECTIONS
    text = " ".join(page.words)
    assert "No description in this file" not in text
    assert "One row per service, month, kind of charge and currency" in text


def test_the_page_needs_nothing_but_itself(page: Page, demo: Demo) -> None:
    outside = {link for link in page.links if not link.startswith("#")}
    assert outside == {"data:,", "report.xlsx", "csv/"}
    assert not {"script", "iframe", "img", "object", "form"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]
    html = (demo.warehouse.parent / "report" / "report.html").read_text()
    assert len(html) < 5_000_000
    assert set(re.findall(r"https?://[^\"\s<)]+", html)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert 'lang="en"' in html


def test_every_table_has_a_caption_and_every_drawing_its_words(page: Page) -> None:
    assert page.tags.count("caption") == page.tags.count("table") > 15
    assert page.tags.count("figcaption") == page.tags.count("figure") >= 8


def test_the_demo_says_where_its_report_is(demo: Demo) -> None:
    assert f"Report: {demo.warehouse.parent / 'report' / 'report.html'}" in demo.printed
    assert {path.name for path in (demo.warehouse.parent / "report").iterdir()} == {"report.html", "report.xlsx", "csv"}


def test_the_command_writes_where_it_is_told(demo: Demo, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("I3D_WAREHOUSE", str(demo.warehouse))
    monkeypatch.setattr("sys.argv", ["i3d", "report", "--out", str(tmp_path / "here")])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert not left.value.code
    assert capsys.readouterr().out == f"Report: {tmp_path / 'here' / 'report.html'}\n"
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == ["csv", "report.html", "report.xlsx"]


def test_only_its_owner_can_read_the_report(demo: Demo) -> None:
    folder: Path = demo.warehouse.parent / "report"
    assert [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077] == []
