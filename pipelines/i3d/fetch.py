"""Asks the API for the rows of many tables at once. Whole tables or nothing: one failed page fails its table, no other.

Rows leave here as the API sent them, in memory only; what may land is decided in `rows.py`.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from pipelines.errors import AuthError, I3DError, NotAllowedError, NotFoundError, UnreachableError
from pipelines.i3d.client import Client
from pipelines.i3d.operation import Operation
from pipelines.i3d.paging import Enough, Sweep, never
from pipelines.i3d.selection import levels, parent_of
from pipelines.i3d.windows import Window, cut

Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """One list, detail or window to read."""

    operation: Operation
    parameters: Parameters
    query: dict[str, str]
    window: Window | None = None

    @property
    def days(self) -> int:
        """How many UTC days the window touches, 0 without one."""
        return self.window.days if self.window else 0


@dataclass(slots=True)
class Part:
    """What a job brought: rows, or files, or the bytes of a window of samples, or an error."""

    job: Job
    sweep: Sweep = field(default_factory=Sweep)
    samples: bytes = b""
    files: list[tuple[bytes, str]] = field(default_factory=list)
    error: I3DError | None = None
    requests: int = 0
    seconds: float = 0.0

    @property
    def count(self) -> int:
        """How many rows or samples came."""
        return len(self.sweep.rows) + self.samples.count(b'"timestamp"')


@dataclass(slots=True)
class Fetched:
    """What a table's jobs brought together; `error` is set when the table's old rows must stay.

    `gone` counts details and windows that are not there, or refused for good, `samples` and `rejected` the samples of a series.
    """

    operation: Operation
    parts: list[Part] = field(default_factory=list)
    error: I3DError | None = None
    gone: int = 0
    samples: int = 0
    rejected: int = 0

    @property
    def requests(self) -> int:
        """How many requests it took."""
        return sum(part.requests for part in self.parts)

    @property
    def seconds(self) -> float:
        """How long they took, added up over parallel requests."""
        return sum(part.seconds for part in self.parts)

    @property
    def raws(self) -> list[tuple[Job, Any]]:
        """Every raw row with the job that brought it."""
        return [(part.job, row) for part in self.parts for row in part.sweep.rows]

    @property
    def complete(self) -> bool:
        """Whether every list was read to its end."""
        return all(part.sweep.complete for part in self.parts)


Targets = Callable[[Operation, list[Parameters], Fetched], list[Parameters]]


@dataclass(slots=True)
class Fetcher:
    """Reads tables level by level, parents first, each list once per run.

    `enough(operation)` may end an incremental sweep early; `targets(operation, found, parent)` may leave out details that need
    no reading or add ones that an incremental parent did not bring. `on_plan` hears how many jobs are to come.
    """

    client: Client
    span: Window
    enough: Callable[[Operation], Enough] = lambda operation: never
    targets: Targets = lambda operation, found, parent: found
    on_part: Callable[[Part], None] = lambda part: None
    on_plan: Callable[[int], None] = lambda jobs: None
    results: dict[Operation, Fetched] = field(default_factory=dict)
    _stop: I3DError | None = None

    def fetch(self, operations: Iterable[Operation]) -> Mapping[Operation, Fetched]:
        """Everything for the operations and their parents.

        Raises AuthError, and UnreachableError where no answer ever came, at once: no table can be read then.
        """
        with ThreadPoolExecutor(self.client.settings.concurrency, thread_name_prefix="i3d") as pool:
            for level in levels(operations):
                jobs = [job for operation in level for job in self._jobs(operation)]
                self.on_plan(len(jobs))
                for part in pool.map(self.read, jobs):
                    self.on_part(part)
                    self.results[part.job.operation].parts.append(part)
                for operation in level:
                    _conclude(self.results[operation])
        return self.results

    def _jobs(self, operation: Operation) -> list[Job]:
        self.results[operation] = fetched = Fetched(operation)
        parent = parent_of(operation)
        sets: list[Parameters] = [{}]
        if parent is not None:
            fetched.error = inherited(self.results[parent])
            found = parameters(operation, self.results[parent])
            sets = [] if fetched.error else self.targets(operation, found, self.results[parent])
        queries: tuple[dict[str, str], ...] = ({}, *operation.also)
        if operation.window is not None:
            windows = list(cut(self.span, operation.window))
            return [Job(operation, one, window.query(operation.window), window) for one in sets for window in windows]
        return [Job(operation, one, query) for one in sets for query in queries]

    def read(self, job: Job) -> Part:
        """One job; its error is kept inside. Raises AuthError, and UnreachableError where no answer ever came."""
        part, counters, begun = Part(job), self.client.transport.counters, time.monotonic()
        before = counters.mine()
        try:
            if self._stop is not None:
                raise self._stop
            if job.operation.unpacks:
                part.samples = self.client.samples(job.operation, job.parameters, job.query)
            elif job.operation.mode == "file":
                part.files = self.client.files(job.operation, job.parameters)
            else:
                part.sweep = self.client.rows(job.operation, job.parameters, job.query, self.enough(job.operation))
        except I3DError as error:
            if isinstance(error, AuthError) or (isinstance(error, UnreachableError) and not self.client.transport.answered):
                self._stop = error
                raise
            part.error = error
        part.requests, part.seconds = counters.mine() - before, time.monotonic() - begun
        return part


def name_of(parameters: Parameters) -> str:
    """The entity of a series: its path parameters, `` for the whole account."""
    return "/".join(parameters.values())


def parameters(operation: Operation, parent: Fetched) -> list[Parameters]:
    """The sets of path parameters that the parent's rows feed, each once, in their order."""
    found: dict[tuple[str, ...], Parameters] = {}
    for job, row in parent.raws:
        values = [_values({**row, **job.parameters}, path.split(".")[1:]) for path in operation.each.values()]
        for combination in itertools.product(*values):
            found.setdefault(combination, dict(zip(operation.each, combination, strict=True)))
    return list(found.values())


def _values(value: Any, path: list[str]) -> list[str]:
    """All values at a path, through lists."""
    if isinstance(value, list):
        return [found for item in value for found in _values(item, path)]
    if path:
        return _values(value.get(path[0]), path[1:]) if isinstance(value, dict) else []
    return [] if value is None or value == "" else [str(value)]


def inherited(parent: Fetched) -> I3DError | None:
    """What a parent's error means for its children."""
    if parent.error is None:
        return None
    kind = NotAllowedError if isinstance(parent.error, NotAllowedError) else I3DError
    return kind(f"It needs {parent.operation.table}, which could not be read: {parent.error.message}", parent.error.next_step)


def _conclude(fetched: Fetched) -> None:
    """A detail that is gone is no error as long as some are there; any other error is the whole table's."""
    gone = [part for part in fetched.parts if isinstance(part.error, NotFoundError) and part.job.parameters]
    other = [part.error for part in fetched.parts if part.error is not None and part not in gone]
    fetched.gone = len(gone)
    if other:
        fetched.error = other[0]
    elif gone and len(gone) == len(fetched.parts) and not fetched.operation.guessed:
        fetched.error = gone[0].error
