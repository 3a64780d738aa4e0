"""When the provider bills and what: services in advance, usage of the month before.

Advance runs are two weeks before the month they charge, usage runs on its second day. How an invoice looks is in
`invoicing.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from pipelines.simulator.draft import Row
from pipelines.simulator.measures import billable_hours, energy_of, traffic_of
from pipelines.simulator.seed.contracts import add_months, month_start
from pipelines.simulator.seed.counts import Counts
from pipelines.simulator.seed.dedicated_server import PERCENTILE, VOLUME
from pipelines.simulator.seed.flexmetal import CENTS_PER_HOUR
from pipelines.simulator.seed.invoicing import Line, half_up, issue, prorate, split_months
from pipelines.simulator.seed.places import EUR

if TYPE_CHECKING:
    from pipelines.simulator.world import World

CENTS_PER_MBIT = 95
# Table, title, price field and payment term in days of what is billed in advance.
ADVANCE = (
    ("dedicated_servers", "Dedicated servers", "pricePerMonth", 14),
    ("colocations", "Colocation", "pricePerMonth", 30),
    ("cross_connects", "Cross connects", "monthlyFee", 30),
)
Lines = dict[int, list[Line]]


def seed(world: World, random: Random, counts: Counts) -> None:
    """Schedules the first run of each kind; every run schedules the next."""
    month = add_months(month_start(world.clock.now()), 1)
    plan(world, month, -14, partial(bill_advance, per_order=counts.invoice_per_order))
    plan(world, add_months(month, 1), 1, bill_usage)


def plan(world: World, month: date, days: int, run: Callable[[World, date], None]) -> None:
    """Has `run` done so many days after the beginning of `month`, and of every month that follows."""

    def happen() -> None:
        run(world, month)
        plan(world, add_months(month, 1), days, run)

    moment = datetime.combine(month, time(6), UTC) + timedelta(days=days)
    if moment <= world.clock.now() and days < 0:
        plan(world, add_months(month, 1), days, run)
    else:
        world.clock.at(moment, happen)


def bill_advance(world: World, month: date, *, per_order: bool = False) -> None:
    """Charges every service from the day until which it is paid to the end of `month`, one invoice per currency."""
    until = add_months(month, 1)
    for table, title, price, term in ADVANCE:
        lines: dict[tuple[int, str], list[Line]] = defaultdict(list)
        for row in world.tables[table]:
            order = row["purchaseOrder"] if per_order else ""
            lines[row["currencyId"], order] += recurring(table, row, int(row[price]), until)
        for (currency, _), charged in lines.items():
            if charged:
                issue(world, f"{title} {month:%Y-%m}", currency, term, charged)


def recurring(table: str, row: Row, price: int, until: date) -> Iterator[Line]:
    """The monthly lines of one service; marks it as paid."""
    end = min(until, date.fromisoformat(row["dateCancelled"])) if row["dateCancelled"] else until
    name = row.get("serverName") or row.get("name") or row.get("patchCustomerName")
    for begin, piece in split_months(date.fromisoformat(row["dateEnd"]), end) if price else ():
        setup = row.pop("@setup", 0)
        amount = prorate(price, begin, piece)
        yield Line(
            f"{name} (#{row['id']}) monthly fee", (begin, piece), amount + setup, str(amount), setup=setup,
            order=row["purchaseOrder"], service=(table, row["id"]),
        )  # fmt: skip
    row["dateEnd"] = max(row["dateEnd"], end.isoformat())


def bill_usage(world: World, month: date) -> None:
    """Charges what was used in the month before `month`."""
    first = add_months(month, -1)
    colocation: Lines = defaultdict(list)
    for row in world.tables["colocations"]:
        colocation[row["currencyId"]] += [power(world, row, first, month), *overuse(world, "colocations", row, first, month)]
    servers: Lines = defaultdict(list)
    for row in world.tables["dedicated_servers"]:
        servers[row["currencyId"]] += overuse(world, "dedicated_servers", row, first, month)
    machines = {EUR: [line for row in world.tables["flexmetal_servers"] for line in hours(row, first, month)]}
    for title, lines in (("Colocation usage", colocation), ("Server traffic", servers), ("FlexMetal usage", machines)):
        for currency, charged in lines.items():
            if charged:
                issue(world, f"{title} {first:%Y-%m}", currency, 30, charged)


def seconds(first: date, month: date) -> tuple[int, int]:
    """Two days as unix seconds at midnight UTC."""
    begin, end = (int(datetime.combine(day, time(), UTC).timestamp()) for day in (first, month))
    return begin, end


def power(world: World, row: Row, first: date, month: date) -> Line:
    """The energy of a rack, in whole kWh."""
    used = round(energy_of(world, row["id"], *seconds(first, month)))
    amount = half_up(used * Decimal(row["powerKwhPrice"]))
    return Line(
        f"{row['name']} (#{row['id']}) power", (first, month), amount, row["powerKwhPrice"], used,
        order=row["purchaseOrder"], remarks="kWh", service=("colocations", row["id"]),
    )  # fmt: skip


def overuse(world: World, table: str, row: Row, first: date, month: date) -> Iterator[Line]:
    """What went over the commit: GB of a volume, or Mbit/s of the 95th percentile."""
    if row["bandwidthBillingType"] not in (VOLUME, PERCENTILE):
        return
    carried, commit = traffic_of(world, row, *seconds(first, month)), row["bandwidthContractual"]
    free_ingress = row.get("unlimitedIngress") or row.get("freeIncomingTraffic")
    if row["bandwidthBillingType"] == VOLUME:
        used = Decimal(carried.outgoing + (0 if free_ingress else carried.incoming)) / 10**9
        price = Decimal(row["pricePerTbOveruse"]) / 1000
    else:
        used, price = Decimal(carried.percentile), Decimal(CENTS_PER_MBIT)
    if used > commit:
        name = row.get("serverName") or row["name"]
        unit = "GB" if row["bandwidthBillingType"] == VOLUME else "Mbit"
        yield Line(
            f"{name} (#{row['id']}) bandwidth overuse", (first, month), half_up((used - commit) * price), str(price),
            half_up(used - commit), order=row["purchaseOrder"], remarks=unit, service=(table, row["id"]),
        )  # fmt: skip


def hours(row: Row, first: date, month: date) -> Iterator[Line]:
    """The billable hours of one on-demand server."""
    used = billable_hours(row, *seconds(first, month))
    price = CENTS_PER_HOUR[row["instanceType"]["id"]]
    if used:
        yield Line(
            f"{row['name']} ({row['uuid']}) {row['instanceType']['name']}", (first, month), used * price, str(price), used,
            remarks="hours", service=("flexmetal_servers", row["uuid"]),
        )  # fmt: skip
