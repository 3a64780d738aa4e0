"""Drawings that do not depend on where they are made, and none where there is nothing to draw."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from pipelines.report.charts import DRAWINGS, draw

SCRIPT = """
from datetime import date
from decimal import Decimal
from pipelines.report.charts import draw
row = {"service_key": "colocation:1", "service_name": None, "month": date(2026, 11, 1), "billing_type": "p95",
       "commit_mbit": Decimal(5), "commit_gb": None, "month_to_date_gb": Decimal(9), "p95_mbit": Decimal(3),
       "is_day_over": True}
days = [row | {"day": date(2026, 11, number), "peak_mbit": Decimal(number)} for number in (1, 2, 3)]
[cost] = draw("cost_by_kind", [{"month": date(2026, 11, 1), "currency_code": "EUR", "charge_kind": "power",
                               "amount": Decimal(1), "amount_eur": Decimal(1), "forecast_amount": None}])
[curve] = draw("bandwidth_curves", days)
print(cost.wide, curve.wide)
"""


def drawn_in(zone: str) -> str:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env={"TZ": zone})
    return done.stdout


@pytest.mark.slow
def test_a_day_is_the_same_day_in_every_time_zone():
    svg = drawn_in("Pacific/Honolulu")
    assert svg == drawn_in("UTC")
    assert ">Nov 26<" in svg
    assert ">1 Nov<" in svg
    assert "commit 5" in svg


@pytest.mark.parametrize("kind", DRAWINGS)
def test_nothing_is_drawn_of_nothing(kind):
    assert draw(kind, []) == []


def test_racks_without_a_contract_or_a_measure_are_left_out():
    rack = {"colocation_id": "1", "service_name": "<b>&", "peak_amps": Decimal(3), "contract_amps": None}
    assert draw("power_peaks", [rack]) == []
    [drawing] = draw("power_peaks", [rack | {"contract_amps": Decimal(16)}, rack])
    assert "of 1 rack " in drawing.says
    assert "<b>" not in drawing.wide
    assert "&lt;b&gt;&amp;" in drawing.wide


def test_a_currency_without_a_rate_is_drawn_too():
    row = {"month": date(2026, 11, 1), "charge_kind": "recurring", "amount": Decimal(7), "forecast_amount": Decimal(9)}
    drawings = draw("cost_by_kind", [
        row | {"currency_code": "XXX", "amount_eur": None}, row | {"currency_code": "USD", "amount_eur": Decimal(6)},
    ])  # fmt: skip
    assert [one.title for one in drawings] == ["Cost by month, USD", "Cost by month, XXX"]
