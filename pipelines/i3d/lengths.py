"""How many days one request may ask for: as many as the API answers in full, found out once and remembered.

A longer window may be refused, cut without a word, or come in coarser samples. So one is tried against single days of it
before a series is asked in windows of that length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pipelines.errors import BadAnswerError
from pipelines.i3d.arrow import to_table
from pipelines.i3d.fetch import Job, Parameters, Part
from pipelines.i3d.operation import Operation
from pipelines.i3d.windows import DAY, Window, midnight

TRIES = 3
PROVED_FOR = timedelta(days=7)
TOO_LONG = 422
SAMPLE, NO_OVERLAP = timedelta(minutes=5), timedelta(0)


@dataclass(frozen=True, slots=True)
class Length:
    """What is known of one series: how many days were answered in full, how many were too many (0: none yet), and when."""

    table_name: str
    proved_days: int = 1
    refused_days: int = 0
    checked_at: datetime | None = None


@dataclass(slots=True)
class Lengths:
    """Finds and keeps the length of the windows of every series; `most` is the setting."""

    read: Callable[[Job], Part]
    now: datetime
    most: int
    known: dict[str, Length] = field(default_factory=dict)
    overlap: dict[str, timedelta] = field(default_factory=dict)

    def limit(self, operation: Operation) -> int:
        """The most days a window of this series may have."""
        known = self.known.get(operation.table)
        if known is None or not known.refused_days:
            return self.most
        return min(self.most, max(known.proved_days, known.refused_days // 2, 1))

    def job(self, operation: Operation, parameters: Parameters, window: Window) -> Job:
        """A window asks for one sample more at its start, so that it does not matter whether the API counts the start in."""
        asked = Window(window.start - self.overlap.get(operation.table, SAMPLE), window.end)
        return Job(operation, parameters, asked.query("unix"), window)

    def shorten(self, job: Job) -> list[Job]:
        """A window that the API found too long in halves, or a day without its overlap; nothing where neither is left."""
        window = job.window
        if window is None:
            return []
        if window.days > 1:
            return [self.job(job.operation, job.parameters, half) for half in halve(window)]
        if job.query == window.query("unix"):
            return []
        self.overlap[job.operation.table] = NO_OVERLAP
        return [self.job(job.operation, job.parameters, window)]

    def prove(self, operation: Operation, wanted: Iterable[tuple[Parameters, Window]]) -> list[Part]:
        """Tries the longest windows that are wanted, of a few entities until one has samples; the parts it took.

        What is found holds for a week, and what is too long for good.
        """
        longest = sorted(wanted, key=lambda one: -one[1].days)
        known = self.known.get(operation.table, Length(operation.table))
        fresh = known.checked_at is not None and self.now - known.checked_at < PROVED_FOR
        asked: list[Part] = []
        for parameters, window in longest[:TRIES]:
            if window.days <= (known.proved_days if fresh else 1):
                break
            found = self._try(operation, parameters, window, known, asked)
            if found is not None:
                self.known[operation.table] = replace(found, checked_at=self.now)
                break
        return asked

    def refuse(self, operation: Operation, days: int) -> None:
        """Windows of so many days turned out too long."""
        known = self.known.get(operation.table, Length(operation.table))
        refused = min(days, known.refused_days or days)
        proved = min(known.proved_days, max(1, refused // 2))
        self.known[operation.table] = replace(known, refused_days=refused, proved_days=proved, checked_at=self.now)

    def _try(
        self, operation: Operation, parameters: Parameters, window: Window, known: Length, asked: list[Part]
    ) -> Length | None:
        """Halves a window until it is answered in full; None where this entity tells nothing."""
        while True:
            whole = self._ask(operation, parameters, window, asked)
            if window.days == 1:
                # A day that is refused as well says something of the entity, and nothing of the length.
                return known if whole.error is None and known.refused_days else None
            same = None
            if whole.error is None:
                same = self._agrees(whole, [self._ask(operation, parameters, day, asked) for day in ends(window, self.now)])
                if same is None:
                    return known if known.refused_days else None
            elif getattr(whole.error, "status", 0) != TOO_LONG:
                return None
            if same:
                return replace(known, proved_days=window.days)
            refused = min(window.days, known.refused_days or window.days)
            known = replace(known, refused_days=refused, proved_days=min(known.proved_days, max(1, refused - 1)))
            window = halve(window)[-1]

    def _ask(self, operation: Operation, parameters: Parameters, window: Window, asked: list[Part]) -> Part:
        part = self.read(self.job(operation, parameters, window))
        asked.append(part)
        if window.days == 1 and getattr(part.error, "status", 0) == TOO_LONG and (shorter := self.shorten(part.job)):
            part = self.read(shorter[0])
            asked.append(part)
        return part

    def _agrees(self, whole: Part, days: list[Part]) -> bool | None:
        """Whether a window holds the samples of its days, each in its unit; None where the days hold none."""
        if any(day.error is not None for day in days):
            return None
        try:
            held = stamps(whole)
            alone = [stamps(day) for day in days]
        except BadAnswerError:
            return None
        if not any(alone):
            return None
        # One sample may have come in between.
        return all(len(day - held) <= 1 for day in alone)


def halve(window: Window) -> list[Window]:
    """Two windows of whole days for one that was too long; nothing shorter than a day is cut."""
    middle = midnight(window.start) + max(1, window.days // 2) * DAY
    return [Window(window.start, middle), Window(middle, window.end)] if middle < window.end else [window]


def ends(window: Window, now: datetime) -> list[Window]:
    """The first and the last whole day of a window."""
    last = min(midnight(window.end), midnight(now)) - DAY
    days = dict.fromkeys(day for day in (window.start, last) if day + DAY <= now)
    return [Window(day, day + DAY) for day in days]


def stamps(part: Part) -> set[tuple[str | None, int]]:
    """The unit and the time of every sample. Raises BadAnswerError."""
    table, _ = to_table(part.job.operation, [(part.job, part.samples)])
    return set(zip(table["unit"].to_pylist(), table["timestamp"].to_pylist(), strict=True))


def lengths_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Length]:
    """The rows of `load_lengths` by table."""
    return {row["table_name"]: Length(**row) for row in rows}
