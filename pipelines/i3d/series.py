"""Telemetry, the fast path: which windows are open, fetched side by side, typed as Arrow, stored in large batches.

A batch is safe in its table before the ledger says so; a load that dies in between asks again and replaces the same days.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pipelines.errors import BadAnswerError, DltError, I3DError, NotAllowedError, NotFoundError
from pipelines.i3d.ahead import read_ahead
from pipelines.i3d.behind import Behind
from pipelines.i3d.fetch import Fetched, Fetcher, Job, Parameters, Part, name_of
from pipelines.i3d.harvest import Batch, Harvest, Ledger, Suspect
from pipelines.i3d.ledger import QUIET_DAYS, Entry, Policy, group, rounds, wanted_days
from pipelines.i3d.lengths import TOO_LONG, Lengths
from pipelines.i3d.operation import Operation
from pipelines.i3d.windows import DAY, Window, midnight

BATCH_ROWS, BATCH_SECONDS = 500_000, 10.0
CONVINCED = 20
Storing = Behind[list[Batch]]
Plans = dict[str, tuple[Parameters, Iterator[list[date]]]]


@dataclass(slots=True)
class Task:
    """One series to load: its entities, what the ledger knows of them, and what came."""

    operation: Operation
    entities: list[Parameters]
    ledger: Ledger
    fetched: Fetched = field(init=False)
    harvest: Harvest = field(init=False)
    plans: Plans = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.fetched = Fetched(self.operation)


@dataclass(slots=True)
class Series:
    """Loads windowed operations; `store` makes batches durable in one step, `span` overrides the ledger."""

    fetcher: Fetcher
    policy: Policy
    now: datetime
    store: Callable[[list[Batch]], None]
    span: Window | None = None
    on_part: Callable[[Part], None] = lambda part: None
    on_plan: Callable[[int], None] = lambda jobs: None
    lengths: Lengths = field(init=False)
    tasks: dict[str, Task] = field(default_factory=dict)
    flushed_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.lengths = Lengths(self.fetcher.read, self.now, self.policy.window_days)

    def load(self, tasks: Iterable[Task]) -> None:
        """Reads every open window of every entity. Other windows land when one fails; the first error of a series is kept."""
        self.tasks = {task.operation.table: task for task in tasks}
        for task in self.tasks.values():
            self._begin(task)
        with Behind(self.store, self._not_stored) as behind:
            while waves := [(task, self._wave(task)) for task in self.tasks.values() if task.plans]:
                came = self._read(behind, [job for task, wave in waves for job in self._jobs(task, wave)])
                for task, wave in waves:
                    self._go_on(behind, task, wave, came)
            self._flush(behind)
            self._ask_alone(behind)

    def _not_stored(self, batches: list[Batch], error: BaseException) -> None:
        if not isinstance(error, DltError):
            raise error
        for batch in batches:
            fetched = self.tasks[batch.operation.table].fetched
            fetched.error = worse(fetched.error, error)

    def _begin(self, task: Task) -> None:
        task.harvest = Harvest(task.operation, self.policy, self.now, task.ledger)
        plans = {name_of(one): (one, self._plan(task.ledger.get(name_of(one), {}))) for one in task.entities}
        task.known = {name for name in plans if task.ledger.get(name)} if self.span is None else set(plans)
        task.plans = plans

    def _plan(self, known: Mapping[date, Entry]) -> Iterator[list[date]]:
        if self.span is not None:
            last = min(self.span.end, self.now)
            first = midnight(self.span.start)
            return iter([[(first + back * DAY).date() for back in range((last - first) // DAY + 1)]])
        days = wanted_days(known, self.now, self.policy)
        return iter([days]) if known and days else rounds(days, max(QUIET_DAYS, self.policy.window_days))

    def _wave(self, task: Task) -> dict[str, list[date]]:
        """The next days of every entity."""
        return {name: days for name, (_, plan) in task.plans.items() if (days := next(plan, None))}

    def _jobs(self, task: Task, wave: Mapping[str, list[date]]) -> list[Job]:
        operation = task.operation

        def windows() -> list[tuple[Parameters, Window]]:
            limit = self.lengths.limit(operation)
            return [(task.plans[name][0], one) for name, days in wave.items() for one in group(days, self.now, limit)]

        for part in self.lengths.prove(operation, windows()):
            self._note(task, part)
        return [self.lengths.job(operation, *one) for one in windows()]

    def _go_on(self, behind: Storing, task: Task, wave: Mapping[str, list[date]], came: set[tuple[str, str]]) -> None:
        """Entities without further days are done; where a whole round brought nothing, what is older is not asked."""
        ended = [name for name in wave if name not in task.known and (task.operation.table, name) not in came]
        if task.fetched.error is not None:
            task.plans = {}
            return
        entries = [
            Entry(task.operation.table, name, day, self.now, 0, 0, None, None, 0, "", "final")
            for name in ended for days in task.plans[name][1] for day in days
        ]  # fmt: skip
        if entries:
            behind.put([Batch(task.operation, [], [], entries)])
        task.plans = {name: task.plans[name] for name in wave if name not in ended}

    def _read(self, behind: Storing, jobs: list[Job]) -> set[tuple[str, str]]:
        """Reads these windows, storing whenever a batch is full; the series and entities that had any sample."""
        came = set[tuple[str, str]]()
        while jobs:
            self.on_plan(len(jobs))
            again: list[Job] = []
            for part in read_ahead(self.fetcher.read, jobs, self.fetcher.client.settings.concurrency):
                task = self.tasks[part.job.operation.table]
                self.on_part(part)
                if self._keep(task, part, again):
                    came |= {(task.operation.table, name_of(part.job.parameters))} if part.count else set()
                    with noting(task.fetched):
                        task.harvest.add(part)
                if self._is_due(behind):
                    self._flush(behind)
            jobs = again
        return came

    def _is_due(self, behind: Storing) -> bool:
        """Whether a batch is full, or the API is so slow that what came meanwhile can be made safe on the side."""
        rows = sum(one.harvest.rows for one in self.tasks.values())
        late = time.monotonic() - self.flushed_at > BATCH_SECONDS
        return rows >= BATCH_ROWS or (late and rows > 0 and behind.idle)

    def _note(self, task: Task, part: Part) -> None:
        task.fetched.parts.append(Part(part.job, requests=part.requests, seconds=part.seconds))

    def _keep(self, task: Task, part: Part, again: list[Job]) -> bool:
        """Whether a part holds samples; a window that was too long comes again in halves, an error is noted."""
        self._note(task, part)
        too_long = getattr(part.error, "status", 0) == TOO_LONG
        if part.error is None:
            return True
        if too_long and (shorter := self.lengths.shorten(part.job)):
            again += shorter
        elif too_long or isinstance(part.error, NotFoundError):
            task.fetched.gone += 1
        else:
            task.fetched.error = worse(task.fetched.error, part.error)
        return False

    def _flush(self, behind: Storing) -> None:
        """Makes what was gathered durable: samples, then ledger."""
        self.flushed_at = time.monotonic()
        batches = []
        for task in self.tasks.values():
            with noting(task.fetched):
                task.harvest.settle()
            if (batch := task.harvest.take()) is not None:
                batches.append(batch)
                task.fetched.samples += batch.rows
                task.fetched.rejected += len(batch.rejects)
        if batches:
            behind.put(batches)

    def _ask_alone(self, behind: Storing) -> None:
        """Days that came short in a longer window are asked by themselves: an API may cut a window without a word.

        Where the first of them bring nothing new, only those at the ends of what came are asked as well.
        """
        behind.wait()
        rest: list[tuple[Task, list[Suspect]]] = []
        sample: list[tuple[Task, list[Suspect]]] = []
        for task in self.tasks.values():
            suspects, task.harvest.suspects = task.harvest.suspects, []
            if task.fetched.error is None:
                some = suspects[:: max(1, len(suspects) // CONVINCED)][:CONVINCED]
                sample.append((task, some))
                rest.append((task, [one for one in suspects if one not in some]))
        self._read(behind, [job for task, some in sample for job in self._single(task, some)])
        bad = {task.operation.table for task, some in sample if self._contradicts(task, some)}
        self._flush(behind)
        more = [(task, [one for one in left if one.is_end or task.operation.table in bad]) for task, left in rest]
        self._read(behind, [job for task, some in more for job in self._single(task, some)])
        self._flush(behind)
        behind.wait()

    def _single(self, task: Task, suspects: list[Suspect]) -> list[Job]:
        windows = [(one.job.parameters, window) for one in suspects for window in group([one.day], self.now, 1)]
        return [self.lengths.job(task.operation, *one) for one in windows]

    def _contradicts(self, task: Task, asked: list[Suspect]) -> bool:
        """Whether a day by itself brought more than it did in a longer window, which is too long then."""
        with noting(task.fetched):
            task.harvest.settle()
        alone = {(entry.entity, entry.day): entry.row_count for entry in task.harvest.entries}
        short = [one for one in asked if alone.get((name_of(one.job.parameters), one.day), 0) > one.found.rows]
        for one in short:
            self.lengths.refuse(task.operation, one.job.days)
        return bool(short)


@contextmanager
def noting(fetched: Fetched) -> Iterator[None]:
    """An answer that is no list of samples is the failure of its series only."""
    try:
        yield
    except BadAnswerError as error:
        fetched.error = worse(fetched.error, error)


def worse(first: I3DError | None, second: I3DError) -> I3DError:
    """The error to report: a failure before a missing right."""
    return second if first is None or isinstance(first, NotAllowedError) else first


def ledger_of(rows: Iterable[Mapping[str, Any]]) -> Ledger:
    """The rows of `load_windows` of one table by entity and day."""
    found: Ledger = {}
    for row in rows:
        entry = Entry(**row)
        found.setdefault(entry.entity, {})[entry.day] = entry
    return found
