"""How rows look on the wire under the switches: date style, missing dates, unit of amounts, extra and missing fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from pipelines.simulator.switches import Switches

DATES = frozenset({
    "dateStart", "dateEnd", "dateCancelled", "dateEndContract", "goLiveDate", "creationDate", "dueDate", "periodFrom",
    "periodTo", "date", "documentExpiration", "dateverified", "dateonlist", "dateofflist",
})  # fmt: skip
UNSURE_AMOUNTS = frozenset({"remainingAmount", "totalPaidAmount", "totalAmount", "accountCredit"})
OPTIONAL = frozenset({"replies", "labels", "uptime"})
EXTRA = {"undocumentedField": "new since yesterday"}

Change = Callable[[str, Any], Any]


def dress(switches: Switches, rows: list[Any]) -> list[Any]:
    """The rows as this API would write them."""
    for wanted, change in (
        (switches.date_style != "iso" or switches.no_date != "", lambda name, value: restyle(switches, name, value)),
        (switches.amounts_unit != "cents", in_currency),
    ):
        if wanted:
            rows = [rewrite(row, change) for row in rows]
    if switches.missing_fields:
        rows = [{name: value for name, value in row.items() if name not in OPTIONAL} for row in rows]
    return [row | EXTRA for row in rows] if switches.extra_fields else rows


def rewrite(value: Any, change: Change) -> Any:
    """A value with `change` applied to every named field below it."""
    if isinstance(value, list):
        return [rewrite(item, change) for item in value]
    if isinstance(value, dict):
        return {name: change(name, rewrite(item, change)) for name, item in value.items()}
    return value


def restyle(switches: Switches, name: str, value: Any) -> Any:
    """A text date in the chosen style, or the chosen way to say that there is none."""
    if name not in DATES or not isinstance(value, str):
        return value
    if not value:
        return switches.no_date
    return f"{date.fromisoformat(value):%d-%m-%Y}" if switches.date_style == "dmy" else value


def in_currency(name: str, value: Any) -> Any:
    """An amount of unstated unit as a decimal number of the currency."""
    return f"{int(value) / 100:.2f}" if name in UNSURE_AMOUNTS else value
