"""Simulated accounts as rows of raw tables, without a server: what six monthly loads would have seen. Telemetry is left out.

What a month of it comes to is written where the models of the reconciliation read it: `write_measures`.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml
from scratch import raw_tables

from pipelines.generate import ROOT
from pipelines.simulator.measures import energy_of
from pipelines.simulator.seed.billing import overuse, seconds
from pipelines.simulator.seed.contracts import add_months, month_start
from pipelines.simulator.seed.invoicing import Line
from pipelines.simulator.seed.places import CURRENCIES
from pipelines.simulator.usage import slices
from pipelines.simulator.world import DEFAULT_NOW, World

Row = dict[str, Any]
SERVICES = {"dedicated_servers": "dedicated_server", "colocations": "colocation", "cross_connects": "cross_connect"}
DOCUMENTS = ("invoices", "invoice_details", "unpaid_invoices", "colocation_invoices", "cross_connect_invoices")
LOADS = [DEFAULT_NOW - timedelta(days=30 * back) for back in range(6, -1, -1)]
# What two accounts would call alike, for an account of its own names no service of another.
NAMES = re.compile(r"(-(?:ded|rack)-|\bPO-|\bline |\bworker-|\bgame |\bhost|\bI3D2026)(\d+)")


class Seen:
    """One account: its world after the last load, and the services as each load saw them."""

    def __init__(self, seed: int) -> None:
        self.world = World(seed, start=LOADS[0])
        self.services: dict[str, dict[str, Row]] = {table: {} for table in (*SERVICES, "flexmetal_servers")}
        self.versions: dict[str, list[Row]] = {f"{table}_history": [] for table in self.services}
        for moment in LOADS:
            self.world.clock.set(moment)
            for table in self.services:
                self._look(table, moment.replace(tzinfo=None))

    def _look(self, table: str, moment: datetime) -> None:
        columns, known = raw_tables()[f"{table}_history"], self.services[table]
        for gone in known.values():
            gone["is_deleted"] = True
        for row in map(rename(table), self.world.rows(table)):
            key = row["uuid" if "uuid" in row else "id"]
            before = known.get(key, {})
            version = {name: row.get(name) for name in columns if name in row}
            if any(before.get(name) != value for name, value in version.items()):
                self.versions[f"{table}_history"].append(version | {"valid_from": moment})
            known[key] = row | {
                "first_seen_at": before.get("first_seen_at", moment), "last_seen_at": moment, "is_deleted": False
            }  # fmt: skip

    def rows(self) -> dict[str, list[Row]]:
        """The rows of the raw tables, with names that no other account has."""
        found = {table: list(rows.values()) for table, rows in self.services.items()} | self.versions
        found |= {table: [rename(table)(row) for row in self.world.stored(table)] for table in DOCUMENTS}
        first = month_start(LOADS[0])
        found["flexmetal_usage"] = [
            rename("flexmetal_usage")(use) | {"server_uuid": use["server"]["uuid"], "window_start": month}
            for month in (datetime.combine(add_months(first, step), datetime.min.time()) for step in range(6))
            for use in slices(self.world, *seconds(month.date(), add_months(month.date(), 1)))
        ]
        mark = f"{self.world.seed:02}"
        return {
            table: [{name: renamed(value, mark) for name, value in row.items()} for row in rows]
            for table, rows in found.items()
        }


def renamed(value: Any, mark: str) -> Any:
    """A value with the mark of its account in every name."""
    return NAMES.sub(rf"\g<1>{mark}\g<2>", value) if isinstance(value, str) else value


def rename(table: str) -> Any:
    """From the API's spelling of a row to the columns of a raw table; what is nested becomes JSON, an id text."""
    columns = raw_tables()[table]

    def convert(row: Row) -> Row:
        words = {re.sub(r"(?<!^)([A-Z])", r"_\1", name.removeprefix("@")).lower(): name for name in row if name.startswith("@")}
        found = {name: row.get(column.field or words.get(name, "")) for name, column in columns.items()}
        return {name: text(value, columns[name].type) for name, value in found.items() if value is not None}

    return convert


def text(value: Any, kind: str) -> Any:
    """A value as its column holds it."""
    if isinstance(value, (dict, list)):
        return json.dumps({k: v for k, v in value.items() if not k.startswith("@")} if isinstance(value, dict) else value)
    return str(value) if kind == "text" else value


def write_measures(path: Path, accounts: list[Seen]) -> None:
    """Writes the months of power and traffic as the marts would tell them, from what the worlds have used."""
    power, traffic = [], []
    for account in accounts:
        silent = {(item.invoice_id, item.line_number) for item in account.world.planted if item.code == "not_proved"}
        for month in (add_months(month_start(DEFAULT_NOW), -back) for back in range(6, 0, -1)):
            power += [power_row(account.world, row, month) for row in account.world.tables["colocations"]]
            traffic += traffic_rows(account.world, month, silent)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for table, rows in (("power_by_colocation_month", power), ("bandwidth_by_service_month", traffic)):
            model = yaml.safe_load((ROOT / "sql" / "models" / "marts" / f"{table}.yml").read_text())["models"][0]
            columns = ", ".join(f"{column['name']} {column['data_type']}" for column in model["columns"])
            connection.execute(f"create table marts.{table} ({columns})")
            for row in rows:
                marks = ", ".join("?" for _ in row)
                connection.execute(f"insert into marts.{table} ({', '.join(row)}) values ({marks})", list(row.values()))


def power_row(world: World, row: Row, month: date) -> Row:
    """What a rack burnt in a month, in whole kWh, as the provider counts."""
    kwh = round(energy_of(world, row["id"], *seconds(month, add_months(month, 1))))
    price = Decimal(row["powerKwhPrice"]) / 100
    return {
        "colocation_id": str(row["id"]), "month": month, "energy_kwh": kwh, "price_per_kwh": price,
        "cost_amount": round(kwh * price, 2), "currency_code": iso(row["currencyId"]), "feed_count": 2,
        "is_billing_grade": True,
    }  # fmt: skip


def traffic_rows(world: World, month: date, silent: set[tuple[str | None, int | None]]) -> list[Row]:
    """What was above the commit in a month; nothing is known of a month without samples."""
    found = []
    unknown = {
        line.service
        for invoice in world.tables["invoices"]
        for position, line in enumerate(invoice["@lines"], 1)
        if (invoice["id"], position) in silent and line.period[0] == month
    }
    for table in ("dedicated_servers", "colocations"):
        for row in world.tables[table]:
            kind = {1: "unmetered", 2: "volume", 3: "p95"}[row["bandwidthBillingType"]]
            shared = {"service_key": f"{SERVICES[table]}:{row['id']}", "month": month, "billing_type": kind}
            shared |= {"currency_code": iso(row["currencyId"])}
            if (table, row["id"]) in unknown:
                found.append(shared | {"is_billing_grade": False, "reason": "low_coverage"})
                continue
            lines: list[Line] = list(overuse(world, table, row, month, add_months(month, 1)))
            found.append(shared | {"is_billing_grade": True} | above(lines[0] if lines else None, row["currencyId"]))
    return found


def above(line: Line | None, currency: int) -> Row:
    """The columns of overuse, from the line that charges it."""
    if line is None:
        return {"overuse_quantity": 0, "overuse_amount": 0}
    scale = CURRENCIES[currency][2]
    price, amount = Decimal(line.price).scaleb(-scale), Decimal(line.amount).scaleb(-scale)
    unit, factor = ("Mbit", 1) if line.remarks == "Mbit" else ("TB", 1000)
    return {
        "overuse_quantity": round(amount / price / factor, 9), "overuse_unit": unit, "overuse_unit_price": price * factor,
        "overuse_amount": amount,
    }  # fmt: skip


def iso(currency: int) -> str:
    """The ISO code of a currency."""
    return {0: "EUR", 1: "USD", 9: "JPY"}[currency]
