"""What happens to the account: one small function per story, all at times relative to the end of the scripted history.

Whatever the seeds make by rule does not belong here. Stories pick services by position, so that they hold in every size.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from pipelines.simulator.draft import Row
from pipelines.simulator.seed.contracts import add_months
from pipelines.simulator.seed.dedicated_server import server
from pipelines.simulator.seed.invoicing import Line, issue
from pipelines.simulator.seed.places import EUR
from pipelines.simulator.signals import Break, Span

if TYPE_CHECKING:
    from pipelines.simulator.world import World

# How much larger the commits of a calm account are than what it uses of them.
ROOMY = 4


def schedule(world: World, now: datetime) -> None:
    """Plans every story of an account with services."""
    host_flexmetal(world)
    overload(world)
    idle(world)
    break_meters(world, now)
    lose_samples(world, now)
    set_deadlines(world, now)
    plan = (
        (100, deliver_server), (92, raise_prices), (75, duplicate_invoice), (70, cancel_server), (62, leave_unpaid),
        (61, duplicate_line), (58, falsify_header), (55, credit_line), (50, credit_goodwill), (45, pay_partly),
        (40, remove_server), (30, cancel_rack),
    )  # fmt: skip
    for days, story in plan:
        world.clock.at(now - timedelta(days=days), partial(story, world))


def calm(world: World, now: datetime) -> None:
    """What even an account without stories needs: no deadline of a contract within half a year, room in every commit."""
    ends = add_months(now.date(), 9).isoformat()
    for table in ("dedicated_servers", "colocations", "cross_connects"):
        for row in world.tables[table]:
            row.update(dateEndContract=ends, cancellationPeriod=1, extendPeriod=12)
    for place in world.tables["flexmetal_commits"]:
        for terms in place["commits"]:
            terms["capacity"] *= ROOMY
    for line in (line for place in world.tables["flexmetal_quotas"] for line in place["quotaUsage"]):
        line["quota"] *= ROOMY


def host_flexmetal(world: World) -> None:
    """The last dedicated server is an on-demand machine seen from the other side: free there, billed as FlexMetal."""
    machine = world.tables["flexmetal_servers"][0]
    world.tables["dedicated_servers"][-1].update(
        serverType=2, fmOrderId=machine["uuid"], pricePerMonth="0", category="Dedicated Servers", bandwidthBillingType=1
    )


def overload(world: World) -> None:
    """A rack above its percentile, one above its volume, one close to its amperes."""
    racks = world.tables["colocations"]
    for row, mbps in ((racks[1], 300), (racks[2], 170)):
        for port in row["uplinks"]:
            key = port["uplinkId"]
            world.uplinks[key] = replace(world.uplinks[key], mbps=mbps / len(row["uplinks"]))
    for pdu in world.tables["pdus"]:
        if pdu["@colocationId"] == racks[3]["id"]:
            world.meters[pdu["id"]] = replace(world.meters[pdu["id"]], kw=3.1)


def idle(world: World) -> None:
    """A server that does nothing and costs all the same."""
    row = world.tables["dedicated_servers"][2]
    row["@cpu"] = 1.2
    key = row["uplinks"][0]["uplinkId"]
    world.uplinks[key] = replace(world.uplinks[key], mbps=0.02)


def break_meters(world: World, now: datetime) -> None:
    """A meter replaced by one that had counted before, one set to zero, one that dipped for an hour."""
    end = int(now.timestamp())
    breaks = (
        Break(end - 25 * 86_400, restart=5000.0),
        Break(end - 18 * 86_400, restart=0.0),
        Break(end - 12 * 86_400, end=end - 12 * 86_400 + 3600, factor=0.97),
    )
    for pdu, kink in zip(world.tables["pdus"][::2], breaks, strict=False):
        world.meters[pdu["id"]] = replace(world.meters[pdu["id"]], breaks=(kink,))


def lose_samples(world: World, now: datetime) -> None:
    """A day without samples on one uplink, and an hour of a fourfold rate on another."""
    end = int(now.timestamp()) // 86_400 * 86_400
    silent, loud = (world.tables["colocations"][position]["uplinks"][0]["uplinkId"] for position in (0, 4))
    gap, peak = Span(end - 20 * 86_400, end - 19 * 86_400), Span(end - 9 * 86_400, end - 9 * 86_400 + 3600, 4.0)
    world.uplinks[silent] = replace(world.uplinks[silent], spans=(gap,))
    world.uplinks[loud] = replace(world.uplinks[loud], spans=(peak,))


def set_deadlines(world: World, now: datetime) -> None:
    """A contract that can be cancelled for twenty more days, and one whose notice has been missed."""
    inside, missed = world.tables["dedicated_servers"][:2]
    ends = add_months(now.date() + timedelta(days=20), 3)
    inside.update(dateEndContract=ends.isoformat(), cancellationPeriod=3, extendPeriod=12)
    missed.update(dateEndContract=add_months(now.date(), 1).isoformat(), cancellationPeriod=3, extendPeriod=12)


def raise_prices(world: World) -> None:
    """A server becomes 10 % dearer, a rack 5 %."""
    for table, percent in (("dedicated_servers", 110), ("colocations", 105)):
        row = world.tables[table][0]
        row["pricePerMonth"] = str(int(row["pricePerMonth"]) * percent // 100)


def deliver_server(world: World) -> None:
    """A new server in the middle of a month, with setup costs."""
    number = len(world.tables["dedicated_servers"])
    row = server(world, Random(number), number, begin=world.clock.now().date())  # noqa: S311 - reproducible, no secrets
    row |= {"@setup": 5000, "pricePerMonth": "19900", "currencyId": EUR}
    world.tables["dedicated_servers"].insert(number - 1, row)


def cancel_server(world: World) -> None:
    """A server is cancelled with a month's notice."""
    row = world.tables["dedicated_servers"][6]
    row["dateCancelled"] = (world.clock.now().date() + timedelta(days=30)).isoformat()


def remove_server(world: World) -> None:
    """The cancelled server leaves the list."""
    servers = world.tables["dedicated_servers"]
    gone = [row for row in servers if row["dateCancelled"] and row["dateCancelled"] <= world.clock.now().date().isoformat()]
    servers[:] = [row for row in servers if row not in gone]


def cancel_rack(world: World) -> None:
    """A rack is cancelled for two and a half months later: it runs out."""
    row = world.tables["colocations"][4]
    row["dateCancelled"] = (world.clock.now().date() + timedelta(days=75)).isoformat()


def newest(world: World, title: str) -> Row:
    """The latest invoice of this kind."""
    return next(row for row in reversed(world.tables["invoices"]) if row["description"].startswith(title))


def duplicate_invoice(world: World) -> None:
    """The same invoice once more under another number."""
    first = newest(world, "Cross connects")
    again = issue(world, first["description"], first["@currency"], first["@term"], first["@lines"])
    again.update(creationDate=first["creationDate"], dueDate=first["dueDate"])


def duplicate_line(world: World) -> None:
    """A month of a server that another invoice has charged already."""
    line = newest(world, "Dedicated servers")["@lines"][0]
    issue(world, "Dedicated servers correction", EUR, 14, [line])


def falsify_header(world: World) -> None:
    """A total that is one euro above the sum of its lines."""
    row = newest(world, "Colocation usage")
    for name in ("amountIncVAT", "amountExclVAT"):
        row[name] = str(int(row[name]) + 100)


def credit_line(world: World) -> None:
    """A credit note for one line, which names the invoice that it corrects."""
    invoice = newest(world, "Colocation 2")
    line: Line = invoice["@lines"][0]
    issue(world, f"Credit for {invoice['invoiceNumber']}", invoice["@currency"], 14, [line.negated(invoice["invoiceNumber"])])


def credit_goodwill(world: World) -> None:
    """A credit note that refers to nothing and stays open."""
    day = world.clock.now().date()
    line = Line("Goodwill", (day, day + timedelta(days=1)), -2500, "-2500")
    issue(world, "Goodwill credit", EUR, 14, [line])["@settle"] = Decimal(0)


def leave_unpaid(world: World) -> None:
    """An invoice that nobody pays."""
    newest(world, "FlexMetal usage")["@settle"] = Decimal(0)


def pay_partly(world: World) -> None:
    """An invoice of which 40 % is paid."""
    newest(world, "Colocation 2")["@settle"] = Decimal("0.4")
