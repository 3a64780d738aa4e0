"""The window ledger: what was asked of every series, entity and day, what came, and what is still open.

Pure decisions over rows of `raw_i3d.load_windows`. Storing them is done by the caller, after the samples are safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from pipelines.i3d.windows import DAY, Window, midnight

State = Literal["open", "gap", "empty", "final"]
MOST_ASKS = 3
QUIET_DAYS = 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One day of one entity of one series, as it was when it was last asked; stamps are unix seconds."""

    table_name: str
    entity: str
    day: date
    asked_at: datetime
    asks: int
    row_count: int
    first_stamp: int | None
    last_stamp: int | None
    missing_count: int
    digest: str
    state: State


@dataclass(frozen=True, slots=True)
class Policy:
    """How far back a new entity is filled, when a day can no longer change, how many days one request may ask for."""

    history_days: int = 90
    final_after: timedelta = timedelta(days=3)
    window_days: int = 1


def state_of(day: date, asked_at: datetime, asks: int, rows: int, missing: int, policy: Policy) -> State:
    """What a day is after it was asked: a day that may still change is open, one with gaps is asked a few times more."""
    if asked_at < day_end(day) + policy.final_after:
        return "open"
    if missing and asks < MOST_ASKS:
        return "gap" if rows else "empty"
    return "final"


def day_end(day: date) -> datetime:
    """The first moment after a UTC day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + DAY


def wanted_days(known: Mapping[date, Entry], now: datetime, policy: Policy) -> list[date]:
    """The days to ask without an explicit span, newest first: all of the history that are not final, and older open ones."""
    today = midnight(now).date()
    recent = (today - timedelta(days=back) for back in range(policy.history_days + 1))
    older = (day for day, entry in known.items() if entry.state != "final")
    open_days = {day for day in (*recent, *older) if day not in known or known[day].state != "final"}
    return sorted(open_days, reverse=True)


def rounds(days: Iterable[date], length: int = QUIET_DAYS) -> Iterator[list[date]]:
    """Days newest first, in rounds: where a whole round brings nothing, the history of an entity ends there."""
    batch: list[date] = []
    for day in days:
        batch.append(day)
        if len(batch) == length:
            yield batch
            batch = []
    if batch:
        yield batch


def group(days: Iterable[date], now: datetime, window_days: int) -> list[Window]:
    """Consecutive days as windows of at most `window_days`, oldest first; today's ends now."""
    windows: list[Window] = []
    for day in sorted(days):
        start, end = day_end(day) - DAY, min(day_end(day), now)
        last = windows[-1] if windows else None
        if last is not None and last.end == start and end - last.start <= window_days * DAY:
            windows[-1] = Window(last.start, end)
        elif start < end:
            windows.append(Window(start, end))
    return windows
