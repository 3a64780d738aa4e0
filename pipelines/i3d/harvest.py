"""The samples of one series between the wire and the store: a few megabytes of answers at a time become columns.

Bytes are let go as soon as they are columns. What is stored, and when, is decided by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

import numpy as np
import pyarrow as pa

from pipelines.i3d.arrow import DAY, WINDOW, Reject, to_table
from pipelines.i3d.counting import EPOCH, Found, count_days
from pipelines.i3d.fetch import Job, Part, name_of
from pipelines.i3d.ledger import Entry, Policy, day_end, state_of
from pipelines.i3d.operation import Operation

CHUNK_BYTES = 4 * 2**20
Ledger = dict[str, dict[date, Entry]]
Counted = tuple[Job, date, Found]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A day of a longer window to ask by itself: what the window said of it, and whether the samples end there."""

    job: Job
    day: date
    found: Found
    is_end: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What is stored in one step: samples, what could not be read, and what the ledger learns.

    `tables` is emptied by whoever stores it, so that memory is free again as early as may be; `rows` is how many it held.
    `is_new` says that the ledger knows no sample of any of these days.
    """

    operation: Operation
    tables: list[pa.Table]
    rejects: list[Reject]
    entries: list[Entry]
    rows: int = 0
    is_new: bool = False


@dataclass(slots=True)
class Harvest:
    """Gathers the answers of one series; `settle` makes columns of the last of them, `take` hands over all that is settled."""

    operation: Operation
    policy: Policy
    now: datetime
    ledger: Ledger
    bodies: list[tuple[Job, bytes]] = field(default_factory=list)
    size: int = 0
    rows: int = 0
    tables: list[pa.Table] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)

    def add(self, part: Part) -> None:
        """Takes an answer. Raises BadAnswerError where it is no list of samples."""
        self.bodies.append((part.job, part.samples))
        self.size += len(part.samples)
        if self.size >= CHUNK_BYTES:
            self.settle()

    def take(self) -> Batch | None:
        """Everything settled since the last time, none where no window was read."""
        if not self.entries:
            return None
        stored = (self.ledger.get(entry.entity, {}).get(entry.day) for entry in self.entries)
        is_new = not any(before is not None and before.row_count for before in stored)
        batch = Batch(self.operation, self.tables, self.rejects, self.entries, self.rows, is_new)
        self.tables, self.rejects, self.entries, self.rows = [], [], [], 0
        return batch

    def settle(self) -> None:
        """Makes columns of what is still bytes. Raises BadAnswerError, which loses those bytes: their days are asked again."""
        bodies, self.bodies, self.size = self.bodies, [], 0
        if not bodies:
            return
        jobs = [job for job, _ in bodies]
        table, rejects = to_table(self.operation, bodies)
        counted = list(count_days(table, jobs, self.now))
        coarser = [one for one in counted if self._is_coarser(*one)]
        kept = [one for one in counted if one not in coarser] if coarser else counted
        self.suspects += [*_suspicious(kept), *(Suspect(*one, is_end=True) for one in coarser)]
        self.entries += [self._entry(*one) for one in kept]
        table = _without(table, jobs, coarser).drop_columns([WINDOW])
        self.tables += [table] if table.num_rows else []
        self.rejects += rejects
        self.rows += table.num_rows

    def _is_coarser(self, job: Job, day: date, found: Found) -> bool:
        """A longer window must not take samples away: an API may send fewer of them the longer the window is."""
        before = self.ledger.get(name_of(job.parameters), {}).get(day)
        return before is not None and 0 < found.rows < before.row_count and job.days > 1

    def _entry(self, job: Job, day: date, found: Found) -> Entry:
        name = name_of(job.parameters)
        before = self.ledger.get(name, {}).get(day)
        late = self.now >= day_end(day) + self.policy.final_after
        asks = (before.asks if before else 0) + late
        state = state_of(day, self.now, asks, found.rows, found.missing, self.policy)
        return Entry(
            self.operation.table, name, day, self.now, asks, found.rows, found.first, found.last, found.missing, found.digest,
            state,
        )  # fmt: skip


def _suspicious(counted: list[Counted]) -> list[Suspect]:
    """Days of longer windows that came short, and the ones where such a window's samples begin or end too soon."""
    suspects: list[Suspect] = []
    for job, members in groupby(counted, key=itemgetter(0)):
        if job.days < 2:
            continue
        days = [(day, one) for _, day, one in members]
        filled = [at for at, (_, one) in enumerate(days) if one.rows] or [-1]
        edges = {at for at in (filled[0], filled[-1]) if 0 < at < len(days) - 1}
        around = edges | {filled[0] - 1, filled[-1] + 1}
        suspects += [
            Suspect(job, day, one, at in around) for at, (day, one) in enumerate(days) if one.missing or at in edges
        ]
    return suspects


def _without(table: pa.Table, jobs: list[Job], left_out: list[Counted]) -> pa.Table:
    if not left_out:
        return table
    window, day = table[WINDOW].to_numpy(), table["timestamp"].to_numpy() // DAY
    kept = np.ones(len(window), bool)
    for job, when, _ in left_out:
        kept &= ~((window == jobs.index(job)) & (day == (when - EPOCH).days))
    return table.filter(pa.array(kept))
