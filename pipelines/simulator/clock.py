"""The simulator's own time: it stands still until told to move, and moves forward only.

What happens at which moment is scheduled by the seeds and the writes; here it is only kept in order and applied.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

Event = Callable[[], None]


class Clock:
    """A settable clock in UTC with a queue of events."""

    def __init__(self, start: datetime) -> None:
        self._now = _utc(start)
        self._due: list[tuple[datetime, int, Event]] = []
        self._order = count()

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self._now

    def stamp(self) -> int:
        """The moment in unix seconds."""
        return int(self._now.timestamp())

    def at(self, moment: datetime, event: Event) -> None:
        """Applies `event` when the clock reaches `moment`; at once when it already has."""
        if _utc(moment) <= self._now:
            event()
        else:
            heapq.heappush(self._due, (_utc(moment), next(self._order), event))

    def after(self, delay: timedelta, event: Event) -> None:
        """Applies `event` once `delay` has passed."""
        self.at(self._now + delay, event)

    def set(self, moment: datetime) -> None:
        """Moves to `moment`, applying the events on the way in their order; raises ValueError for a step back."""
        target = _utc(moment)
        if target < self._now:
            raise ValueError(f"the clock is at {self._now.isoformat()} and moves forward only")
        while self._due and self._due[0][0] <= target:
            self._now, _, event = heapq.heappop(self._due)
            event()
        self._now = target

    def advance(self, step: timedelta) -> None:
        """Moves forward by `step`."""
        self.set(self._now + step)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
