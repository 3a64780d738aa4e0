"""Time windows of the windowed operations: half-open, in UTC, pure. What is open and what is final is not decided here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipelines.errors import UsageError
from pipelines.i3d.operation import Window as Style
from pipelines.settings import YEARS

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open `[start, end)` in UTC."""

    start: datetime
    end: datetime

    @property
    def days(self) -> int:
        """How many UTC days it touches."""
        return -(-(self.end - midnight(self.start)) // DAY)

    def query(self, style: Style) -> dict[str, str]:
        """The window as query parameters: unix seconds, or dates for whole months."""
        if style == "unix":
            return {"startTime": str(int(self.start.timestamp())), "endTime": str(int(self.end.timestamp()))}
        return {"startDate": self.start.date().isoformat(), "endDate": self.end.date().isoformat()}


def midnight(moment: datetime) -> datetime:
    """The start of the UTC day of a moment."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def month_start(moment: datetime) -> datetime:
    """The start of the UTC month of a moment."""
    return midnight(moment).replace(day=1)


def next_month(start: datetime) -> datetime:
    """The start of the month after."""
    return month_start(start + timedelta(days=32))


def default_span(now: datetime, days: int) -> Window:
    """From midnight `days` days ago until now."""
    return Window(midnight(now) - days * DAY, now)


def span(start: datetime | None, end: datetime | None, now: datetime) -> Window | None:
    """The span between two bounds, of which either may be left out; None for neither. Raises UsageError when it is empty."""
    if start is None and end is None:
        return None
    until = end or now
    chosen = Window(start or midnight(until - timedelta(seconds=1)), until)
    if chosen.start >= chosen.end:
        raise UsageError(f"--from {chosen.start:%Y-%m-%d %H:%M} is not before --until {chosen.end:%Y-%m-%d %H:%M} (UTC).")
    if chosen.start.year < YEARS[0] or chosen.start >= now:
        raise UsageError(f"A window from {chosen.start:%Y-%m-%d %H:%M} holds nothing: now is {now:%Y-%m-%d %H:%M} (UTC).")
    return chosen


def cut(span: Window, style: Style) -> Iterator[Window]:
    """Cuts a span at UTC days, or widens it to whole calendar months, which are never cut."""
    start = span.start if style == "unix" else month_start(span.start)
    while start < span.end:
        end = min(midnight(start) + DAY, span.end) if style == "unix" else next_month(start)
        yield Window(start, end)
        start = end
