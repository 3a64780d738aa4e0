"""Measurements over a window: one function per series, `SERIES[table](world, parameters, times)`, and the answers around it.

Windows are half open, in unix seconds, and never reach into the future.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.operation import Operation
from pipelines.simulator.measures import uplinks_of
from pipelines.simulator.pages import cut
from pipelines.simulator.parents import check, combinations
from pipelines.simulator.request import Refusal, Request, Response, answer, not_found
from pipelines.simulator.signals import DAY, GRID, Meter, Times, Uplink, grid

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]
STEPS = {"minute": 60, "hour": 3600, "day": DAY}


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch [start, end) in unix seconds."""

    start: int
    end: int


def read_window(world: World, request: Request) -> Window:
    """The asked window, the last day by default; raises Refusal 422."""
    now = world.clock.stamp()
    try:
        start, end = int(request.query.get("startTime", now - DAY)), int(request.query.get("endTime", now))
    except ValueError:
        raise Refusal(422, 10007, "startTime and endTime are unix timestamps in seconds") from None
    most = world.switches.window_max_days
    if start > end or (most is not None and end - start > most * DAY):
        raise Refusal(422, 10007, "The period is not allowed")
    return Window(start, end)


def stamps(world: World, window: Window, step: int) -> Times:
    """The stamps of a window for which samples can exist by now."""
    switches, now = world.switches, world.clock.stamp()
    start, end = window.start, window.end + (1 if switches.window_inclusive_end else 0)
    if switches.retention_days is not None:
        start = max(start, now - switches.retention_days * DAY)
    return grid(start, min(end, now - switches.late_seconds + 1), step)


def usage(world: World, key: str, window: Window) -> list[Row]:
    """Bytes on one uplink, which the API sends as text."""
    uplink = world.uplinks.get(int(key)) or Uplink(int(key), 0.0)
    step = world.switches.sample_seconds
    times = uplink.present(world.seed, stamps(world, window, step), world.switches.gap_share)
    incoming, outgoing = uplink.octets(world.seed, times, step)
    columns = (times.tolist(), incoming.tolist(), outgoing.tolist(), (incoming + outgoing).tolist())
    data = [
        {"timestamp": at, "ingress": str(received), "egress": str(sent), "sum": str(both)}
        for at, received, sent, both in zip(*columns, strict=True)
    ]
    return [{"unit": "day", "data": data}]


def network(world: World, key: str, window: Window) -> list[Row]:
    """Bytes of a whole rack by the hour, each bucket stamped with its end."""
    step = STEPS.get(world.switches.unit, STEPS["hour"])
    ends = stamps(world, window, step)
    back = np.arange(step - GRID, -1, -GRID)
    fine = (ends[:, None] - back[None, :]).ravel()
    ways = [np.zeros(len(fine), dtype=np.int64), np.zeros(len(fine), dtype=np.int64)]
    for uplink in uplinks_of(world, world.find("colocations", id=key)):
        kept = np.isin(fine, uplink.present(world.seed, fine))
        for way, octets in zip(ways, uplink.octets(world.seed, fine), strict=True):
            way += octets * kept
    incoming, outgoing = (way.reshape(len(ends), len(back)).sum(axis=1).tolist() for way in ways)
    data = [
        {"timestamp": at, "networkIngress": received, "networkEgress": sent}
        for at, received, sent in zip(ends.tolist(), incoming, outgoing, strict=True)
    ]
    return [{"unit": world.switches.unit, "data": data}]


def pdu_samples(world: World, key: str, window: Window) -> list[Row]:
    """The samples of one power feed; `kwh` is what was used since the sample before."""
    step = world.switches.sample_seconds
    meter = world.meters.get(int(key)) or Meter(int(key), 0.0)
    times = stamps(world, window, step)
    used = meter.energy(times) - meter.energy(times - step)
    columns = (
        times.tolist(), meter.amperes(world.seed, times).round(2).tolist(), meter.tension(world.seed, times).round(1).tolist(),
        used.round(4).tolist(), meter.reading(times).astype(np.int64).tolist(),
    )  # fmt: skip
    return [
        {"timestamp": at, "amps": amps, "volts": volts, "kwh": kwh, "powerMeter": shown}
        for at, amps, volts, kwh, shown in zip(*columns, strict=True)
    ]


def pdu(world: World, key: str, window: Window) -> list[Row]:
    """The history of one power feed."""
    unit = None if world.switches.null_unit else world.switches.unit
    return [{"unit": unit, "data": pdu_samples(world, key, window)}]


SERIES: dict[str, Callable[[World, dict[str, str], Window], list[Row]]] = {
    "pdu_power": lambda world, names, window: pdu(world, names["pduId"], window),
    "uplink_traffic": lambda world, names, window: usage(world, names["upLinkId"], window),
    "cross_connect_traffic": lambda world, names, window: usage(world, names["uplinkId"], window),
    "colocation_network": lambda world, names, window: network(world, names["colocationId"], window),
    "colocation_power_usage": lambda world, _, window: [
        history for row in world.tables["pdus"] for history in pdu(world, row["id"], window)
    ],
    "colocation_pdu_power": lambda world, names, window: [{"data": pdu_samples(world, names["pduId"], window)}],
}


def answer_series(world: World, request: Request, operation: Operation, parameters: dict[str, str]) -> Response:
    """The samples of a window; the deprecated history alone comes as a bare, paged list. Raises Refusal 404 or 422."""
    if not all(value.isdigit() for value in parameters.values()):
        raise not_found()
    check(world, operation, parameters)
    histories = SERIES[operation.table](world, parameters, read_window(world, request))
    if operation.paged:
        page, headers = cut(world, request, operation, histories[0]["data"])
        return answer(page, headers=headers)
    return answer(histories)


def last_day(world: World, table: str) -> list[Row]:
    """Every sample of a series in the last day, flat, with the path parameters of each."""
    window = Window(world.clock.stamp() - DAY, world.clock.stamp())
    operation = BY_TABLE[table]
    return [
        {**{name: value for name, value in history.items() if name != "data"}, **sample, **hidden}
        for names in combinations(world, operation)
        for hidden in [{"@" + name: value for name, value in names.items()}]
        for history in SERIES[table](world, names, window)
        for sample in history["data"]
    ]
