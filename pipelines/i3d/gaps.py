"""Where samples are missing although their day is over: how complete a series is, and which days are worth another question.

Read from the ledger `raw_i3d.load_windows`. A load asks a day with gaps three times, mostly within hours; what a provider
delivers days later is found by asking again at growing distance. Asking is done by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pipelines.i3d.ledger import MOST_ASKS
from pipelines.i3d.windows import DAY, midnight
from pipelines.warehouse import RAW, Rows

COVERED_DAYS = 30
# How long after the last time a day is asked again, the first pause behind the questions of the loads themselves.
PAUSES = (timedelta(days=1), timedelta(days=2), timedelta(days=4), timedelta(days=8))
MOST_DAYS = 31
COVERAGE = f"""
with days as (
    select entity, day, row_count, row_count + missing_count as expected
    from {RAW}.load_windows where table_name = ? and day >= ? and state <> 'open'
),
entities as (
    select entity, min(day) filter (row_count > 0) as first_day, max(expected) filter (row_count > 0) as usual
    from days group by entity
)
select
    coalesce(sum(row_count), 0)::bigint as samples,
    coalesce(sum(case when row_count = 0 then usual else expected end), 0)::bigint as expected,
    count(*) filter (row_count < case when row_count = 0 then usual else expected end) as short_days
from days inner join entities using (entity)
where day >= first_day
"""  # noqa: S608
SHORT = f"""
select table_name, day, min(asks) as asks, max(asked_at) as asked_at
from {RAW}.load_windows as held
where state <> 'open' and missing_count > 0 and day >= ?
    and (row_count > 0 or exists (
        from {RAW}.load_windows as other
        where other.table_name = held.table_name and other.entity = held.entity and other.row_count > 0
            and other.day between held.day - {MOST_DAYS} and held.day
    ))
group by table_name, day
order by table_name, day
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many samples of a series are there of how many its days that are over should have, and how many days are short."""

    samples: int
    expected: int
    short_days: int

    @property
    def pct(self) -> float | None:
        """The share that is there, in percent; None where nothing is known."""
        return round(100 * self.samples / self.expected, 2) if self.expected else None


@dataclass(frozen=True, slots=True)
class Gap:
    """Consecutive days of one series, both ends included, in which some device misses samples; `asks` tells attempts apart."""

    table: str
    first: date
    last: date
    asks: int

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


def coverage(ask: Rows, table: str, now: datetime) -> Coverage:
    """How complete the last 30 days of a series are, counted from each device's first sample in them."""
    since = (midnight(now) - timedelta(days=COVERED_DAYS)).date()
    return Coverage(**ask(COVERAGE, [table, since])[0])


def due(ask: Rows, now: datetime, history_days: int) -> list[Gap]:
    """The days with gaps that are worth asking again now: within the history, and long enough after the last time.

    A day of which no device had a sample within a month before is left alone: nothing was measured then.
    """
    since = (midnight(now) - timedelta(days=history_days)).date()
    rows = ask(SHORT, [since])
    return spans((row["table_name"], row["asks"], row["day"]) for row in rows if is_due(row["asks"], row["asked_at"], now))


def is_due(asks: int, asked_at: datetime, now: datetime) -> bool:
    """Whether a day that was asked so often, and last then, should be asked again."""
    turn = max(0, asks - MOST_ASKS)
    return turn < len(PAUSES) and now - asked_at >= PAUSES[turn]


def spans(days: Iterable[tuple[str, int, date]]) -> list[Gap]:
    """Tables, numbers of questions and days as runs of at most 31 consecutive days."""
    gaps: list[Gap] = []
    for table, asks, day in sorted(days):
        last = gaps[-1] if gaps else None
        if last and (last.table, last.asks, last.last + DAY) == (table, asks, day) and last.days < MOST_DAYS:
            gaps[-1] = replace(last, last=day)
        else:
            gaps.append(Gap(table, day, day, asks))
    return gaps
