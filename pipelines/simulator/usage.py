"""The billable use of on-demand servers, in slices of the asked days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from pipelines.i3d.catalogue import BY_NAME
from pipelines.i3d.catalogue import flexmetal as shapes
from pipelines.simulator.draft import draft
from pipelines.simulator.lists import answer_rows
from pipelines.simulator.measures import month_begin, slice_of
from pipelines.simulator.request import Refusal, Request, Response, expose
from pipelines.simulator.seed.contracts import add_months
from pipelines.simulator.signals import carried

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]


def read_usage(world: World, request: Request, parameters: dict[str, str]) -> Response:
    """One slice per on-demand server in use within [startDate, endDate); the running month by default. Raises Refusal 422."""
    this_month = datetime.fromtimestamp(month_begin(world.clock.stamp()), UTC).date()
    try:
        first = date.fromisoformat(request.query.get("startDate", this_month.isoformat()))
        last = date.fromisoformat(request.query.get("endDate", add_months(this_month, 1).isoformat()))
    except ValueError:
        raise Refusal(422, 10007, "startDate and endDate are dates") from None
    if first > last:
        raise Refusal(422, 10007, "startDate is after endDate")
    start, end = (int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) for day in (first, last))
    return answer_rows(world, request, BY_NAME["get_flexmetal_usage"], list(slices(world, start, end)))


def slices(world: World, start: int, end: int) -> Iterator[Row]:
    """Yields the use of every server that was in use in [start, end)."""
    for row in world.stored("flexmetal_servers"):
        begin, stop = slice_of(row, start, min(end, world.clock.stamp()))
        if begin < stop:
            yield usage_slice(world, row, begin, stop)


def usage_slice(world: World, row: Row, begin: int, stop: int) -> Row:
    """The use of one server from `begin` to `stop`, begun hours and minutes counted as whole ones."""
    ports = (world.uplinks[row["@uplink"]],) if row.get("@uplink") in world.uplinks else ()
    traffic = carried(world.seed, ports, begin // 300 * 300, stop // 300 * 300)
    return draft(
        shapes.FLEXMETAL_USAGE, server=expose(row), startedAt=iso(begin), endedAt=iso(stop),
        totalHours=ceil((stop - begin) / 3600), totalMinutes=ceil((stop - begin) / 60), bandwidthIn=traffic.incoming,
        bandwidthOut=traffic.outgoing,
    )  # fmt: skip


def iso(stamp: int) -> str:
    """A moment in the API's newest style."""
    return f"{datetime.fromtimestamp(stamp, UTC):%Y-%m-%dT%H:%M:%S}.000Z"
