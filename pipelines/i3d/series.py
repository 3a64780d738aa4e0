"""Telemetry, the fast path: which windows are open, fetched side by side, typed as Arrow, stored in large batches.

A batch is safe in its table before the ledger says so; a load that dies in between asks again and replaces the same days.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from pipelines.errors import I3DError, NotAllowedError, NotFoundError
from pipelines.i3d.arrow import WINDOW, Reject, to_table
from pipelines.i3d.counting import Found, count_days
from pipelines.i3d.fetch import Fetched, Fetcher, Job, Parameters, Part
from pipelines.i3d.ledger import Entry, Policy, day_end, group, halve, rounds, state_of, wanted_days
from pipelines.i3d.operation import Operation
from pipelines.i3d.windows import DAY, Window, midnight

BATCH_BYTES = 48 * 2**20
AHEAD = 512
TOO_LONG = 422
SAMPLE, NO_OVERLAP = timedelta(minutes=5), timedelta(0)
Ledger = dict[str, dict[date, Entry]]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is stored in one step: samples, what could not be read, and what the ledger learns."""

    operation: Operation
    table: pa.Table
    rejects: list[Reject]
    entries: list[Entry]


@dataclass(slots=True)
class Series:
    """Loads one windowed operation after the other; `store` makes a batch durable, `span` overrides the ledger."""

    fetcher: Fetcher
    policy: Policy
    now: datetime
    store: Callable[[Batch], None]
    span: Window | None = None
    on_part: Callable[[Part], None] = lambda part: None
    limits: dict[str, int] = field(default_factory=dict)
    overlap: timedelta = SAMPLE
    batch: list[Part] = field(default_factory=list)
    suspects: list[Job] = field(default_factory=list)
    size: int = 0

    def load(self, operation: Operation, entities: Iterable[Parameters], ledger: Ledger) -> Fetched:
        """Reads every open window of every entity. Other windows land when one fails; the first error is kept."""
        fetched = Fetched(operation)
        plans = {name_of(one): (one, self._plan(ledger.get(name_of(one), {}))) for one in entities}
        known = {name for name in plans if ledger.get(name)} if self.span is None else set(plans)
        while plans and fetched.error is None:
            wave = {name: days for name, (_, plan) in plans.items() if (days := next(plan, None))}
            limit = self.limits.get(operation.table, self.policy.window_days)
            wanted = [(plans[name][0], window) for name, days in wave.items() for window in group(days, self.now, limit)]
            came = self._read(fetched, [self._job(operation, *one) for one in wanted], ledger)
            ended = {name for name in wave if name not in known and name not in came}
            self._close(operation, {name: plans[name][1] for name in ended})
            plans = {name: plans[name] for name in wave if name not in ended}
        self._flush(fetched, ledger)
        self._ask_alone(fetched, ledger)
        return fetched

    def _ask_alone(self, fetched: Fetched, ledger: Ledger) -> None:
        """Days that came short in a longer window are asked by themselves: an API may cut a window without a word."""
        suspects, self.suspects = self.suspects, []
        if suspects and fetched.error is None:
            self._read(fetched, suspects, ledger)
            self._flush(fetched, ledger)

    def _plan(self, known: Mapping[date, Entry]) -> Iterator[list[date]]:
        if self.span is not None:
            last = min(self.span.end, self.now)
            first = midnight(self.span.start)
            return iter([[(first + back * DAY).date() for back in range((last - first) // DAY + 1)]])
        days = wanted_days(known, self.now, self.policy)
        return iter([days]) if known and days else rounds(days)

    def _close(self, operation: Operation, plans: Mapping[str, Iterator[list[date]]]) -> None:
        """Where a fortnight brought nothing, what is older is not asked, now or later."""
        entries = [
            Entry(operation.table, name, day, self.now, 0, 0, None, None, 0, "", "final")
            for name, plan in plans.items() for days in plan for day in days
        ]  # fmt: skip
        if entries:
            self.store(Batch(operation, pa.table({}), [], entries))

    def _read(self, fetched: Fetched, jobs: list[Job], ledger: Ledger) -> set[str]:
        """Reads these windows, storing whenever a batch is full; the entities that had any sample."""
        came = set[str]()
        while jobs:
            again: list[Job] = []
            for part in self._in_order(jobs):
                self.on_part(part)
                if self._keep(fetched, part, again):
                    self.batch.append(part)
                    came |= {name_of(part.job.parameters)} if part.count else set()
                if self._is_full(part):
                    self._flush(fetched, ledger)
            jobs = again
        return came

    def _is_full(self, part: Part) -> bool:
        self.size += len(part.samples)
        return self.size >= BATCH_BYTES

    def _job(self, operation: Operation, parameters: Parameters, window: Window) -> Job:
        """A window asks for one sample more at its start, so that it does not matter whether the API counts the start in."""
        asked = Window(window.start - self.overlap, window.end)
        return Job(operation, parameters, asked.query("unix"), window)

    def _in_order(self, jobs: Iterable[Job]) -> Iterator[Part]:
        """The parts in the order of their jobs, a bounded number of them under way."""
        depth = max(AHEAD // self.policy.window_days, 2 * self.fetcher.client.settings.concurrency)
        pending: deque[Future[Part]] = deque()
        with ThreadPoolExecutor(self.fetcher.client.settings.concurrency, thread_name_prefix="i3d") as pool:
            for job in jobs:
                pending.append(pool.submit(self.fetcher.read, job))
                if len(pending) >= depth:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()

    def _keep(self, fetched: Fetched, part: Part, again: list[Job]) -> bool:
        """Whether a part holds samples; a window that was too long comes again in halves, an error is noted."""
        fetched.parts.append(Part(part.job, requests=part.requests, seconds=part.seconds))
        window = part.job.window
        if part.error is None or window is None:
            return True
        if getattr(part.error, "status", 0) == TOO_LONG and (shorter := self._shorten(part.job, window)):
            again += shorter
        elif isinstance(part.error, NotFoundError) or getattr(part.error, "status", 0) == TOO_LONG:
            fetched.gone += 1
        else:
            fetched.error = worse(fetched.error, part.error)
        return False

    def _shorten(self, job: Job, window: Window) -> list[Job]:
        """A window the API found too long, in halves, or a day without its overlap; nothing when it cannot be shorter."""
        halves = halve(window)
        if len(halves) > 1:
            self.limits[job.operation.table] = max((half.end - half.start) // DAY for half in halves)
        elif job.query == window.query("unix"):
            return []
        else:
            self.overlap = NO_OVERLAP
        return [self._job(job.operation, job.parameters, half) for half in halves]

    def _flush(self, fetched: Fetched, ledger: Ledger) -> None:
        """Makes the batch durable: samples, then ledger."""
        parts, self.batch, self.size = self.batch, [], 0
        if not parts:
            return
        operation = fetched.operation
        jobs = [part.job for part in parts]
        table, rejects = to_table(operation, [(part.job, part.samples) for part in parts])
        entries, found_days = [], list(count_days(table, jobs, self.now))
        for job, day, found in found_days:
            name = name_of(job.parameters)
            before = ledger.get(name, {}).get(day)
            late = self.now >= day_end(day) + self.policy.final_after
            asks = (before.asks if before else 0) + late
            state = state_of(day, self.now, asks, found.rows, found.missing, self.policy)
            entries.append(
                Entry(operation.table, name, day, self.now, asks, found.rows, found.first, found.last, found.missing,
                      found.digest, state)
            )  # fmt: skip
        self.suspects += self._suspicious(operation, found_days)
        self.store(Batch(operation, table.drop_columns([WINDOW]), rejects, entries))
        fetched.samples += table.num_rows
        fetched.rejected += len(rejects)

    def _suspicious(self, operation: Operation, found: list[tuple[Job, date, Found]]) -> list[Job]:
        """Days of longer windows that came short, and the ones where such a window's samples begin or end too soon."""
        alone: list[Job] = []
        for job, members in groupby(found, key=itemgetter(0)):
            days = [(day, one) for _, day, one in members]
            filled = [day for day, one in days if one.rows]
            edges = {filled[0], filled[-1]} - {days[0][0], days[-1][0]} if filled else set()
            short = [day for day, one in days if one.missing or day in edges] if len(days) > 1 else []
            alone += [self._job(operation, job.parameters, window) for day in short for window in group([day], self.now, 1)]
        return alone


def name_of(parameters: Parameters) -> str:
    """The entity of a series: its path parameters, `` for the whole account."""
    return "/".join(parameters.values())


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
