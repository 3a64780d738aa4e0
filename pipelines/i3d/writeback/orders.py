"""What an order costs, as far as it is known: a cart order as the API prices it, a server by the price list of the settings."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.client import Client
from pipelines.i3d.operation import Operation
from pipelines.i3d.writeback.plan import Step
from pipelines.settings import Settings
from pipelines.terms import OWN

HOURS_OF_A_MONTH = 730
UNSTATED = "XXX"


@dataclass(frozen=True, slots=True)
class Cost:
    """The first month and the setup, in major units before VAT; the amount is None where nobody knows it."""

    amount: Decimal | None
    currency: str = UNSTATED


def cost_of(settings: Settings, client: Client, operation: Operation, step: Step) -> Cost | None:
    """What a step orders, None for one that orders nothing. Errors as `Client.rows`."""
    if operation.name == "create_flexmetal_server":
        return _server(settings, client, step.body)
    if operation.name == "finalize_calc_order":
        rows = client.rows(BY_TABLE["calc_order_details"], step.parameters).rows
        return Cost(_cents(rows[0]) if rows else None)
    if operation.name == "create_calc_order":
        return _configuration(client, str(step.body.get("configTag")))
    return None


def _configuration(client: Client, tag: str) -> Cost:
    """The price of a configuration with its default items."""
    for category in client.rows(BY_TABLE["calc_categories"]).rows:
        for config in client.rows(BY_TABLE["calc_configs"], {"categoryName": str(category["name"])}).rows:
            if str(config.get("tag")) == tag:
                return Cost(_with_items(config))
    return Cost(None)


def _with_items(config: dict[str, Any]) -> Decimal | None:
    total = _cents(config)
    for group in config.get("groups") or []:
        chosen = [item for item in group.get("items") or [] if str(item.get("id")) == str(group.get("defaultItemId"))]
        for item in chosen:
            extra = _cents(item)
            total = None if total is None or extra is None else total + extra
    return total


def _cents(row: dict[str, Any]) -> Decimal | None:
    """Price and setup of a row, from cents; None where one is missing or is no number."""
    try:
        setup = row["setup"] if "setup" in row else row["setupPrice"]
        return (Decimal(str(row["price"])) + Decimal(str(setup))) / 100
    except (KeyError, InvalidOperation):
        return None


def _server(settings: Settings, client: Client, body: dict[str, Any]) -> Cost:
    """A month of an on-demand server by `flexmetal_prices.csv`: a price for its location first, then the youngest."""
    path = (settings.settings_folder or OWN) / "flexmetal_prices.csv"
    if not path.exists():
        return Cost(None)
    places = {str(row.get("name")): str(row.get("id")) for row in client.rows(BY_TABLE["flexmetal_locations"]).rows}
    place, today = places.get(str(body.get("location")), ""), settings.clock().date()
    with path.open(encoding="utf-8-sig", newline="") as file:
        fitting = [row for row in csv.DictReader(file) if _fits(row, str(body.get("instanceType")), place, today)]
    best = max(fitting, key=lambda row: (bool(row["location_id"]), row["valid_from"] or ""), default=None)
    try:
        return Cost(Decimal(best["price_per_hour"]) * HOURS_OF_A_MONTH, best["currency_code"]) if best else Cost(None)
    except InvalidOperation:
        return Cost(None)


def _fits(row: dict[str, str], kind: str, place: str, today: date) -> bool:
    return (
        row["instance_type"].strip().lower() == kind.lower() and row["location_id"] in ("", place)
        and bool(row["price_per_hour"]) and (row["valid_from"] or "0000") <= today.isoformat() < (row["valid_to"] or "9999")
    )  # fmt: skip
