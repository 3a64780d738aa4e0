"""What happens to the account: one small function per story, all at times relative to the end of the scripted history.

Whatever the seeds make by rule does not belong here. Stories pick services by position, so that they hold in every size.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from pipelines.simulator.seed.contracts import add_months
from pipelines.simulator.seed.dedicated_server import server
from pipelines.simulator.seed.invoice_stories import plan as plan_invoices
from pipelines.simulator.seed.places import EUR
from pipelines.simulator.seed.spoilt_invoices import STORIES as INVOICES
from pipelines.simulator.seed.spoilt_lines import ADVANCE as LINES
from pipelines.simulator.seed.spoilt_lines import USAGE
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
        (100, deliver_server), (92, raise_prices), (70, cancel_server), (40, remove_server), (30, cancel_rack),
    )  # fmt: skip
    for days, story in plan:
        world.clock.at(now - timedelta(days=days), partial(story, world))
    plan_invoices(world, now, told(world), [*LINES, *INVOICES], USAGE)


def told(world: World) -> set[tuple[object, ...]]:
    """The services that have a story of their own here."""
    positions = {"dedicated_servers": (0, 6, -1), "colocations": (0, 4)}
    return {(table, world.tables[table][number]["id"]) for table, numbers in positions.items() for number in numbers}


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
    row |= {"dateCancelled": (world.clock.now().date() + timedelta(days=30)).isoformat(), "@leaving": True}


def remove_server(world: World) -> None:
    """The cancelled server leaves the list."""
    servers = world.tables["dedicated_servers"]
    servers[:] = [row for row in servers if not row.get("@leaving")]


def cancel_rack(world: World) -> None:
    """A rack is cancelled for two and a half months later: it runs out."""
    row = world.tables["colocations"][4]
    row["dateCancelled"] = (world.clock.now().date() + timedelta(days=75)).isoformat()
