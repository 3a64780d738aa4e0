"""The fields that move by themselves, computed for the present moment of the clock: `LIVE[table](world, row)`.

Each is a pure function of seed, row and time. Fields that change by an event or a write are stored, not computed here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from math import sin
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.simulator.measures import energy_of, meters_of, month_begin, traffic_of
from pipelines.simulator.seed.dedicated_server import PERCENTILE, VOLUME
from pipelines.simulator.signals import DAY, GRID, Meter, noise

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]
HISTORY_DAYS = 30


def sampled(world: World) -> int:
    """The latest stamp of the measuring grid."""
    return world.clock.stamp() // GRID * GRID


def luck(world: World, key: int, at: int) -> float:
    """A number in [0, 1) for this entity and moment."""
    return float(noise(world.seed, key, np.array([at], dtype=np.int64))[0])


def month_traffic(world: World, row: Row) -> dict[str, int]:
    """The running sums of the month: Mbit/s under percentile billing, whole GB otherwise."""
    now = sampled(world)
    carried = traffic_of(world, row, month_begin(now), now)
    if row["bandwidthBillingType"] == PERCENTILE:
        share = carried.incoming / max(carried.incoming + carried.outgoing, 1)
        incoming = round(carried.percentile * share / max(share, 1 - share))
        outgoing = round(carried.percentile * (1 - share) / max(share, 1 - share))
        total = carried.percentile
    else:
        incoming, outgoing = round(carried.incoming / 1e9), round(carried.outgoing / 1e9)
        total = round((carried.incoming + carried.outgoing) / 1e9)
    return {"trafficSum": total, "incomingTrafficSum": incoming, "outgoingTrafficSum": outgoing}


def enliven_server(world: World, row: Row) -> Row:
    """Load, memory, uptime and traffic of a dedicated server."""
    now = sampled(world)
    load = min(100.0, row.get("@cpu", 0.0) * (0.7 + 0.6 * luck(world, row["id"], now)))
    used = int(row["memMax"] * (0.3 + 0.4 * luck(world, row["id"] + 1, now)))
    moving = {
        "cpuLoad": round(load, 2),
        "memUsed": used,
        "memFree": row["memMax"] - used,
        "uptime": max(0, now - row.get("@booted", now)),
    }
    return moving | month_traffic(world, row)


def enliven_colocation(world: World, row: Row) -> Row:
    """Meter, daily energy and traffic of a rack."""
    now = world.clock.stamp()
    meters = meters_of(world, row["id"])
    days = np.arange(now // DAY - HISTORY_DAYS, now // DAY + 1, dtype=np.int64) * DAY
    shown = sum((meter.base + meter.energy(days) for meter in meters), np.zeros(len(days)))
    history = [
        {"date": day_before(int(end)), "powerMeter": f"{after:.2f}", "powerUsed": f"{after - before:.2f}"}
        for end, before, after in zip(days[1:], shown, shown[1:], strict=False)
    ]
    at = np.array([now], dtype=np.int64)
    total = sum(meter.base + float(meter.energy(at)[0]) for meter in meters)
    percentile = traffic_of(world, row, month_begin(sampled(world)), sampled(world)).percentile
    moving = {"powerMeter": int(total), "powerSumHistory": history, "trafficSumMonthMbit": percentile}
    return moving | month_traffic(world, row)


def day_before(midnight: int) -> str:
    """The UTC day that ends at `midnight`."""
    return f"{datetime.fromtimestamp(midnight - DAY, UTC):%Y-%m-%d}"


def enliven_cross_connect(world: World, row: Row) -> Row:
    """Traffic of a line."""
    sums = month_traffic(world, row)
    return {name: sums[name] for name in ("incomingTrafficSum", "outgoingTrafficSum")}


def enliven_pdu(world: World, row: Row) -> Row:
    """What the instruments of a PDU show, the total split over its outlets."""
    meter = world.meters.get(row["id"], Meter(row["id"], 0.0))
    now = sampled(world)
    at = np.array([now], dtype=np.int64)
    shown, amperes = float(meter.reading(at)[0]), float(meter.amperes(world.seed, at)[0])
    share = 1 / max(len(row["conduits"]), 1)
    outlet = {
        "powerMeter": int(shown * share),
        "amperage": round(amperes * share, 2),
        "peakAmperage": round(amperes * share * 1.2, 2),
    }
    return {
        "updatedAt": now,
        "powerMeter": int(shown),
        "voltage": round(float(meter.tension(world.seed, at)[0]), 1),
        "conduits": [conduit | outlet for conduit in row["conduits"]],
    }


def enliven_currency(world: World, row: Row) -> Row:
    """The rate of the day, within 3 % of the seeded one; the euro stands still."""
    if row["id"] == 0:
        return {}
    day = world.clock.stamp() // DAY
    drift = 0.02 * sin(day / 23 + row["id"]) + 0.01 * (luck(world, row["id"], day) - 0.5)
    return {"conversionRateToEuro": round(row["conversionRateToEuro"] * (1 + drift), 8)}


def enliven_power(world: World, row: Row) -> Row:
    """The energy of a rack in this month so far, in whole kWh."""
    now = world.clock.stamp()
    return {"kwh": round(energy_of(world, row["id"], month_begin(now), now))}


def enliven_overuse(world: World, row: Row) -> Row:
    """Ordered and used bandwidth of a rack, in the unit of its contract."""
    rack, now = row["@colocation"], sampled(world)
    if rack["bandwidthBillingType"] == VOLUME:
        return {"usedBandwidth": float(month_traffic(world, rack)["trafficSum"])}
    return {"usedBandwidth": float(traffic_of(world, rack, month_begin(now), now).percentile)}


LIVE: dict[str, Callable[[World, Row], Row]] = {
    "dedicated_servers": enliven_server,
    "colocations": enliven_colocation,
    "cross_connects": enliven_cross_connect,
    "pdus": enliven_pdu,
    "currencies": enliven_currency,
    "colocation_power_current": enliven_power,
    "colocation_overuse": enliven_overuse,
}
