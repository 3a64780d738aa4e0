"""Windows against an oracle: whatever order samples arrive in and however the API cuts its answers, the table is the truth.

The API is a dictionary here and so is the warehouse; what is tested is which windows are asked and what replaces what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import ApiError
from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.fetch import Job, Part
from pipelines.i3d.ledger import MOST_ASKS, Policy
from pipelines.i3d.series import Batch, Ledger, Series, Task
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
    shuffled: bool = False
    doubled: bool = False
    asked: list[tuple[int, int]] = field(default_factory=list)

    def read(self, job: Job) -> Part:
        start, end = int(job.query["startTime"]), int(job.query["endTime"])
        self.asked.append((start, end))
        if self.refuses_above and end - start > self.refuses_above:
            return Part(job, error=ApiError("too long", status=422))
        if self.cuts_after:
            end = min(end, start + self.cuts_after)
        found = [(at, value) for at, value in sorted(self.samples.items()) if self._inside(at, start, end)]
        rows = [{"timestamp": at, "amps": 1.0, "volts": 230.0, "kwh": 0.1, "powerMeter": value} for at, value in found]
        rows = rows[::-1] if self.shuffled else rows
        rows = [{**row, "powerMeter": -1} for row in rows] + rows if self.doubled else rows
        return Part(job, samples=orjson.dumps([{"unit": None, "data": rows}]))

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
) -> Any:
    series = Series(Fetcher(api), policy, now, file.keep, span)  # type: ignore[arg-type]
    task = Task(POWER, [{"pduId": one} for one in ids], file.ledger)
    series.load([task])
    return task.fetched


def at(hours: float) -> datetime:
    return BEGIN + timedelta(hours=hours)


def stamps(hours: Iterable[int]) -> dict[int, int]:
    return {int(BEGIN.timestamp()) + hour * HOUR: hour for hour in hours}


@settings(max_examples=150, deadline=None)
@given(
    hours=st.sets(st.integers(0, 24 * 9), min_size=1),
    late=st.sets(st.integers(0, 24 * 9)),
    corrected=st.sets(st.integers(0, 24 * 9)),
    loads=st.lists(st.integers(1, 24 * 9), min_size=1, max_size=4),
    behaviour=st.fixed_dictionaries(
        {
            "inclusive_end": st.booleans(), "exclusive_start": st.booleans(), "shuffled": st.booleans(),
            "doubled": st.booleans(), "refuses_above": st.sampled_from([None, DAY, 2 * DAY + 300]),
            "cuts_after": st.sampled_from([None, DAY + 600]),
        }
    ),
    window_days=st.sampled_from([1, 2, 8]),
)  # fmt: skip
def test_the_table_equals_the_oracle(
    hours: set[int], late: set[int], corrected: set[int], loads: list[int], behaviour: dict[str, Any], window_days: int
) -> None:
    """Late and corrected samples within three days of their day are healed by any later load; nothing is ever doubled."""
    policy = Policy(POLICY.history_days, timedelta(days=12), window_days)
    api, file = Api(stamps(hours), **behaviour), File()
    for hour in sorted(loads):
        load(api, file, at(hour), policy=policy)
    api.samples |= stamps(late) | {stamp: value + 1000 for stamp, value in stamps(corrected).items()}
    end = at(24 * 9 + 1)
    load(api, file, end, policy=policy)
    # Where the API leaves out the start and refuses the overlap too, a midnight comes only with a day that was still young.
    no_midnights = behaviour["exclusive_start"] and behaviour["refuses_above"] == DAY
    found = {stamp: value for stamp, value in file.samples().items() if not (no_midnights and stamp % DAY == 0)}
    expected = {stamp: value for stamp, value in api.samples.items() if not (no_midnights and stamp % DAY == 0)}
    assert found == expected
    assert file.samples().keys() <= api.samples.keys()


def test_a_final_day_is_not_asked_again_and_an_open_one_is() -> None:
    api, file, week = Api(stamps(range(24 * 9))), File(), Policy(history_days=7)
    load(api, file, at(24 * 8), policy=week)
    api.asked.clear()
    load(api, file, at(24 * 8 + 1), policy=week)
    assert sorted(start + 300 for start, _ in api.asked) == [int(at(24 * day).timestamp()) for day in (5, 6, 7, 8)]


def test_days_with_gaps_are_asked_a_bounded_number_of_times() -> None:
    api, file = Api(stamps(hour for hour in range(24 * 8) if hour != 30)), File()
    now = at(24 * 8)
    for turn in range(MOST_ASKS + 2):
        load(api, file, now + timedelta(minutes=turn))
    gap_day = at(30).date()
    assert file.ledger["7"][gap_day].asks == MOST_ASKS
    assert file.ledger["7"][gap_day].state == "final"
    assert file.ledger["7"][gap_day].missing_count == 1


def test_an_explicit_span_asks_whole_days_and_the_one_that_closes_it() -> None:
    api, file = Api(stamps(range(24 * 9))), File()
    load(api, file, at(24 * 9), Window(at(30), at(72)))
    assert set(file.samples()) == set(stamps(range(24, 96)))
    assert int(at(72).timestamp()) in file.samples()


def test_an_entity_without_history_stops_after_a_fortnight_of_nothing() -> None:
    api, file = Api(stamps(range(24 * 20, 24 * 30))), File()
    load(api, file, at(24 * 30), policy=Policy(history_days=90))
    assert 10 + 14 <= len(api.asked) <= 10 + 28
    assert len(file.ledger["7"]) == 90
    api.asked.clear()
    load(api, file, at(24 * 30 + 1), policy=Policy(history_days=90))
    assert len(api.asked) <= 4 + 28


def test_an_entity_that_appears_later_is_filled_as_far_as_the_others() -> None:
    api, file = Api(stamps(range(24 * 8))), File()
    load(api, file, at(24 * 8))
    load(api, file, at(24 * 8), ids="78")
    assert file.samples("8") == file.samples("7") == api.samples


def test_samples_that_vanish_at_the_source_after_retention_stay() -> None:
    api, file = Api(stamps(range(24 * 8))), File()
    load(api, file, at(24 * 8))
    kept = file.samples()
    api.samples.clear()
    load(api, file, at(24 * 8), Window(at(0), at(24 * 8)))
    assert file.samples() == kept


def test_a_sample_that_cannot_be_read_is_set_aside_with_its_text_and_the_others_land() -> None:
    api, file = Api(stamps(range(24))), File()
    bad = int(at(5).timestamp())
    api.samples[bad] = "eleven"  # type: ignore[assignment]
    fetched = load(api, file, at(24))
    assert set(file.samples()) == set(api.samples) - {bad}
    assert fetched.rejected == 1
    assert "powerMeter" in file.rejects[0].reason
    assert '"eleven"' in file.rejects[0].sample
