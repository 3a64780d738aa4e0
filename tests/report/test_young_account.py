"""The report of an account of one day: loaded once, with a day of telemetry and no history."""

from __future__ import annotations

import pytest
from figures import Marts, Page, check

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dagster")]


@pytest.fixture(scope="module")
def young(ran) -> tuple[Page, Marts]:
    return Page(ran.warehouse.parent / "report" / "report.html"), Marts(ran.warehouse)


def test_every_figure_of_a_young_account_is_that_of_its_mart(young):
    page, marts = young
    for figure in page.figures:
        check(figure, marts)
    tables = {figure.table for figure in page.figures}
    assert tables >= {"cost_by_service", "bandwidth_running", "power_running", "contract_calendar"}


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
    power = marts.rows("select * from marts.cost_by_kind_month where charge_kind = 'power' and amount > 0")
    assert {row["forecast_amount"] for row in power} == {None}
    assert all(row["forecast_unknown_count"] > 0 for row in power)
