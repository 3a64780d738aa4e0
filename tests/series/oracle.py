"""An API that is a dictionary and a warehouse that is one: what is asked, and what replaces what. No test is in here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from pipelines.errors import ApiError
from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.fetch import Fetched, Job, Part
from pipelines.i3d.harvest import Batch, Ledger
from pipelines.i3d.ledger import Policy
from pipelines.i3d.lengths import Length
from pipelines.i3d.series import Series, Task
from pipelines.i3d.windows import Window

POWER = BY_TABLE["pdu_power"]
BEGIN = datetime(2026, 2, 26, tzinfo=UTC)  # a month end and, two weeks on, a change of summer time elsewhere
HOUR, DAY = 3600, 86_400
POLICY = Policy(history_days=10, final_after=timedelta(days=3), window_days=1)


@dataclass
class Api:
    """Samples by time stamp, and how it answers."""

    samples: dict[int, int] = field(default_factory=dict)
    inclusive_end: bool = False
    exclusive_start: bool = False
    refuses_above: int | None = None
    cuts_after: int | None = None
    thins_above: int | None = None
    refuses_entity: str = ""
    shuffled: bool = False
    doubled: bool = False
    asked: list[tuple[int, int]] = field(default_factory=list)

    def read(self, job: Job) -> Part:
        start, end = int(job.query["startTime"]), int(job.query["endTime"])
        self.asked.append((start, end))
        too_long = self.refuses_above and end - start > self.refuses_above
        if too_long or job.parameters["pduId"] == self.refuses_entity:
            return Part(job, error=ApiError("too long", status=422))
        if self.cuts_after:
            end = min(end, start + self.cuts_after)
        found = [(at, value) for at, value in sorted(self.samples.items()) if self._inside(at, start, end)]
        rows = [{"timestamp": at, "amps": 1.0, "volts": 230.0, "kwh": 0.1, "powerMeter": value} for at, value in found]
        thinned = bool(self.thins_above and end - start > self.thins_above)
        rows = rows[::6] if thinned else rows
        rows = rows[::-1] if self.shuffled else rows
        rows = [{**row, "powerMeter": -1} for row in rows] + rows if self.doubled else rows
        return Part(job, samples=orjson.dumps([{"unit": "day" if thinned else None, "data": rows}]))

    def _inside(self, at: int, start: int, end: int) -> bool:
        return (at > start if self.exclusive_start else at >= start) and (at <= end if self.inclusive_end else at < end)


class Fetcher:
    """Stands where the real one stands, with the settings that the series loader reads."""

    def __init__(self, api: Api) -> None:
        self.read = api.read
        self.client = self.settings = self
        self.concurrency = 4


@dataclass
class File:
    """A warehouse: samples by entity and day, and the ledger."""

    days: dict[tuple[str, datetime], dict[int, int]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=dict)
    rejects: list[Any] = field(default_factory=list)
    lengths: dict[str, Length] = field(default_factory=dict)

    def keep(self, batches: list[Batch]) -> None:
        for batch in batches:
            self.keep_one(batch)

    def keep_one(self, batch: Batch) -> None:
        fresh: dict[tuple[str, datetime], dict[int, int]] = {}
        for row in (row for table in batch.tables for row in table.to_pylist()):
            day = fresh.setdefault((row["pdu_id"], row["window_start"]), {})
            assert row["timestamp"] not in day, "a sample twice in one batch"
            day[row["timestamp"]] = row["power_meter"]
        self.days |= fresh
        self.rejects += batch.rejects
        for entry in batch.entries:
            self.ledger.setdefault(entry.entity, {})[entry.day] = entry

    def samples(self, entity: str = "7") -> dict[int, int]:
        return {at: value for (name, _), day in self.days.items() if name == entity for at, value in day.items()}


def load(
    api: Api, file: File, now: datetime, span: Window | None = None, policy: Policy = POLICY, ids: Iterable[str] = "7"
) -> Fetched:
    """One load of the power of these PDUs."""
    series = Series(Fetcher(api), policy, now, file.keep, span)  # type: ignore[arg-type]
    series.lengths.known |= file.lengths
    task = Task(POWER, [{"pduId": one} for one in ids], file.ledger)
    series.load([task])
    file.lengths = series.lengths.known
    return task.fetched


def at(hours: float) -> datetime:
    return BEGIN + timedelta(hours=hours)


def stamps(hours: Iterable[int]) -> dict[int, int]:
    return {int(BEGIN.timestamp()) + hour * HOUR: hour for hour in hours}
