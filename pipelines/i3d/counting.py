"""What came on every day of every window: rows, first and last stamp, missing samples, a digest. No object per sample."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.i3d.arrow import DAY, WINDOW
from pipelines.i3d.fetch import Job
from pipelines.i3d.ledger import day_end

EPOCH, ONE_DAY = date(1970, 1, 1), timedelta(days=1)
NOTHING = -(2**53)  # exact as an integer and as a double
UNKNOWN_STEP = 1


@dataclass(frozen=True, slots=True)
class Found:
    """The samples of one day; `missing` counts gaps on the grid that the day itself shows, 1 where it shows none."""

    rows: int = 0
    first: int | None = None
    last: int | None = None
    missing: int = UNKNOWN_STEP
    digest: str = ""


def count_days(table: pa.Table, jobs: list[Job], now: datetime) -> Iterator[tuple[Job, date, Found]]:
    """Every day of every job's window, the empty ones too; `table` comes from `to_table`, in its order."""
    window, stamp = table[WINDOW].to_numpy(), table["timestamp"].to_numpy()
    day = stamp // DAY
    changes = np.append(len(stamp) > 0, (window[1:] != window[:-1]) | (day[1:] != day[:-1]))
    edges = [*np.flatnonzero(changes).tolist(), len(stamp)]
    groups = {(int(window[at]), int(day[at])): (at, to) for at, to in pairwise(edges)}
    values = _values(table)
    for number, job in enumerate(jobs):
        for when in _days(job):
            at, to = groups.get((number, when), (0, 0))
            today = EPOCH + when * ONE_DAY
            yield job, today, _found(stamp[at:to], [one[at:to] for one in values], today, now) if to > at else Found()


def _days(job: Job) -> range:
    if job.window is None:
        return range(0)
    return range(int(job.window.start.timestamp()) // DAY, -(-int(job.window.end.timestamp()) // DAY))


def _values(table: pa.Table) -> list[Any]:
    """The numeric columns as vectors, null as NaN or the least integer."""
    numeric = [item.name for item in table.schema if pa.types.is_integer(item.type) or pa.types.is_floating(item.type)]
    return [pc.fill_null(table[name], NOTHING).to_numpy() for name in numeric if name != WINDOW]


def _found(stamps: Any, values: list[Any], day: date, now: datetime) -> Found:
    steps = np.diff(stamps)
    steps = steps[steps > 0]
    grid = len(steps) + 1
    step = _usual(steps) if len(steps) else DAY
    start = int(day_end(day).timestamp()) - DAY
    until = min(start + DAY, int(now.timestamp()))
    expected = -(-(until - start) // step) if len(steps) else grid + UNKNOWN_STEP
    digest = hashlib.blake2b(b"".join(one.tobytes() for one in values), digest_size=16).hexdigest()
    return Found(len(stamps), int(stamps.min()), int(stamps.max()), max(0, expected - grid), digest)


def _usual(steps: Any) -> int:
    """The most frequent step, the shortest of equals."""
    first = steps[0]
    return int(first) if (steps == first).all() else int(np.bincount(steps).argmax())
