"""What the services of an account have used between two moments: traffic, energy, hours. No rows are made here.

Times are unix seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.simulator.signals import Meter, Traffic, Uplink, carried

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]


def uplinks_of(world: World, row: Row) -> tuple[Uplink, ...]:
    """The ports whose traffic counts for a service: the aggregates where it has any, else all; side A of a cross connect."""
    ports = row["uplinks"]
    chosen = [port for port in ports if port.get("aggregate")] or [port for port in ports if port.get("side", "A") == "A"]
    return tuple(world.uplinks[port["uplinkId"]] for port in chosen or ports if port["uplinkId"] in world.uplinks)


def traffic_of(world: World, row: Row, start: int, end: int) -> Traffic:
    """What a service carried in (start, end]."""
    return carried(world.seed, uplinks_of(world, row), start, end)


def meters_of(world: World, colocation: int) -> list[Meter]:
    """The power feeds of a rack."""
    found = (world.meters.get(row["id"]) for row in world.tables["pdus"] if row["@colocationId"] == colocation)
    return [meter for meter in found if meter]


def energy_of(world: World, colocation: int, start: int, end: int) -> float:
    """The kWh that a rack used, whatever its meters showed."""
    edges = np.array([start, end], dtype=np.int64)
    return float(sum(np.diff(meter.energy(edges))[0] for meter in meters_of(world, colocation)))


def slice_of(row: Row, start: int, end: int) -> tuple[int, int]:
    """The part of [start, end) in which an on-demand server was in use; empty when its end is not after its begin."""
    begin = max(start, row["deliveredAt"]) if row["deliveredAt"] else end
    return begin, min(end, row["releasedAt"] or end)


def billable_hours(row: Row, start: int, end: int) -> int:
    """The begun hours of an on-demand server in [start, end)."""
    begin, stop = slice_of(row, start, end)
    return max(0, -(-(stop - begin) // 3600))


def month_begin(stamp: int) -> int:
    """The first second of the UTC month."""
    moment = datetime.fromtimestamp(stamp, UTC)
    return int(datetime(moment.year, moment.month, 1, tzinfo=UTC).timestamp())
