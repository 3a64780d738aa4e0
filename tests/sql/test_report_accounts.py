"""The report of an account of one day: loaded once, with a day of telemetry and no history."""

from __future__ import annotations

import pytest
from conftest import Account
from figures import Marts, Page, check
from scratch import build_models

from pipelines.report import write_report
from pipelines.simulator.server import Server
from pipelines.simulator.terms import write_terms
from pipelines.simulator.world import World
from pipelines.warehouse import Warehouse

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("report accounts")]
TABLES = (
    "dedicated_servers", "colocations", "cross_connects", "currencies", "flexmetal_servers", "flexmetal_commits", "flexmetal_usage",
    "invoices", "pdus", "pdu_power", "uplink_traffic",
)  # fmt: skip


@pytest.fixture(scope="module")
def young(tmp_path_factory) -> tuple[Page, Marts]:
    folder = tmp_path_factory.mktemp("young")
    world = World()
    with Server(world) as server:
        account = Account(world, server.url, folder, history_days=1)
        account.load(*TABLES)
    path = account.warehouse.private
    build_models(path, "--exclude-resource-type", "unit_test", "test", terms=write_terms(world, folder / "terms"))
    write_report(Warehouse(path), folder / "report")
    return Page(folder / "report" / "report.html"), Marts(path)


def test_every_figure_of_a_young_account_is_that_of_its_mart(young):
    page, marts = young
    for figure in page.figures:
        check(figure, marts)
    assert {figure.table for figure in page.figures} >= {"cost_by_service", "bandwidth_running", "power_running", "contract_calendar"}


def test_a_young_account_says_what_it_cannot_know_yet(young):
    page, _ = young

    def said(table: str, column: str) -> set[str]:
        return {figure.text for figure in page.figures if figure.table == table and figure.column == column}

    assert said("capacity_racks", "reason") == {"too few days"}
    assert (said("power_closed", "energy_kwh"), said("power_closed", "reason")) == ({"unknown"}, {"no telemetry"})
    assert "unknown" not in said("power_running", "energy_kwh")
    assert "No month with traffic is over yet." in " ".join(page.words)


def test_a_day_of_power_is_no_forecast_of_a_month(young):
    _, marts = young
    power = "select forecast_amount, forecast_unknown_count from marts.cost_by_kind_month where charge_kind = 'power' and amount > 0"
    assert {row["forecast_amount"] for row in marts.rows(power)} == {None}
    assert all(row["forecast_unknown_count"] > 0 for row in marts.rows(power))
