"""What the power marts must say, written from the rules alone: fractions, and a loop over the readings of a meter.

Knows nothing of the models. No test is in here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

DIP_SECONDS = FAR_SECONDS = 6 * 3600
QUARTER = 900
SQRT3 = Fraction("1.732051")

Reading = tuple[int, int]
Event = tuple[int, Fraction, Fraction]


@dataclass(frozen=True)
class Feed:
    """A PDU and all it measured: stamp, kWh or None, A or None; `events` are declared changes (stamp, old, new)."""

    samples: Sequence[tuple[int, int | None, Decimal | None]]
    amps: Decimal | None = None
    contract_amps: Decimal | None = None
    volts: Decimal = Decimal(230)
    phases: int = 1
    events: Sequence[Event] = ()

    @property
    def limit_kw(self) -> Fraction | None:
        """The most it can burn, in kW."""
        rating = next((one for one in (self.amps, self.contract_amps) if one is not None and one > 0), None)
        if rating is None:
            return None
        volts = Fraction(self.volts)
        if self.phases == 3:
            volts *= 3 if volts < 300 else SQRT3
        return Fraction(5, 4) * Fraction(rating) * volts / 1000


@dataclass(frozen=True)
class Increment:
    """What a meter counted between two readings, in kWh; None where it says nothing."""

    kind: str
    start: int
    end: int
    energy: Fraction | None


@dataclass
class Day:
    """One row of `power_by_pdu_day`; `shares` are the parts of increments in kWh."""

    shares: list[Decimal] = field(default_factory=list)
    unexplained: int = 0
    is_interpolated: bool = False
    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    accepted: list[int] = field(default_factory=list)
    readings: int = 0
    amps: list[tuple[int, Decimal]] = field(default_factory=list)


def half_up(value: Fraction, digits: int) -> Decimal:
    """Rounded, halves away from zero; the value is not negative."""
    return Decimal(floor(value * 10**digits + Fraction(1, 2))).scaleb(-digits)


def judge(readings: Sequence[Reading], limit: Fraction | None, events: Sequence[Event], modulus: int | None):
    """The increments of a meter, and what was found odd about the readings left out, by their number."""

    def fits(rise: Fraction | int, seconds: int) -> bool:
        return rise >= 0 and (limit is None or rise <= limit * seconds / 3600 + 1)

    increments: list[Increment] = []
    dropped: dict[int, str] = {}
    base, dip, number = 0, None, 1
    while number < len(readings):
        (base_at, base_kwh), (at, kwh) = readings[base], readings[number]
        rise, seconds = kwh - base_kwh, at - base_at
        declared = [old - new for moment, old, new in events if base_at < moment <= at]
        kind, energy = "normal", Fraction(rise)
        if declared:
            kind, energy = "declared", rise + sum(declared)
            energy = energy if energy >= 0 else None
        elif fits(rise, seconds):
            pass
        elif rise > 0:
            ahead = readings[number + 1 : number + 4]
            if any(fits(later - base_kwh, then - base_at) for then, later in ahead):
                kind = "glitch"
            else:
                kind, energy = "jump", None
        elif modulus is not None and fits(modulus + rise, seconds):
            kind, energy = "wrap", Fraction(modulus + rise)
        elif 10 * kwh >= 9 * base_kwh:
            kind = "dip"
        elif limit is not None and fits(kwh, seconds):
            kind, energy = "reset", Fraction(kwh)
        else:
            kind, energy = "replaced", None
        if kind == "dip" and dip is not None and at - readings[dip][0] > DIP_SECONDS:
            increments.append(Increment("replaced", base_at, readings[dip][0], None))
            dropped = {one: why for one, why in dropped.items() if one < dip}
            base, number, dip = dip, dip + 1, None
            continue
        if kind in ("glitch", "dip"):
            dropped[number] = kind
            if kind == "dip" and dip is None:
                dip = number
        else:
            increments.append(Increment(kind, base_at, at, energy))
            base, dip = number, None
        number += 1
    return increments, dropped


class Calendar:
    """The days of a time zone, by unix seconds."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.starts: dict[date, int] = {}
        self.days: dict[int, date] = {}

    def day(self, stamp: int) -> date:
        """The day a moment lies in."""
        quarter = stamp // QUARTER
        if quarter not in self.days:
            self.days[quarter] = datetime.fromtimestamp(quarter * QUARTER, UTC).astimezone(self.zone).date()
        return self.days[quarter]

    def start(self, day: date) -> int:
        """Its first second."""
        if day not in self.starts:
            self.starts[day] = int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp())
        return self.starts[day]

    def split(self, start: int, end: int) -> Iterable[tuple[date, int, int]]:
        """The parts of a span of time, day by day."""
        day = self.day(start)
        while start < end:
            until = min(end, self.start(day + timedelta(days=1)))
            yield day, start, until
            start, day = until, day + timedelta(days=1)


def measure(feed: Feed, calendar: Calendar, modulus: int | None) -> dict[date, Day]:
    """Every day of a feed."""
    days: dict[date, Day] = defaultdict(Day)
    readings = [(stamp, kwh) for stamp, kwh, _ in feed.samples if kwh is not None]
    for stamp, kwh, amps in feed.samples:
        row = days[calendar.day(stamp)]
        row.readings += kwh is not None
        if amps is not None:
            row.amps.append((stamp, amps))
    increments, dropped = judge(readings, feed.limit_kw, feed.events, modulus)
    for number, (stamp, kwh) in enumerate(readings):
        row = days[calendar.day(stamp)]
        if number in dropped:
            row.kinds[dropped[number]] += 1
        else:
            row.accepted.append(kwh)
    for one in increments:
        days[calendar.day(one.end)].kinds[one.kind] += 1
        _share(one, days, calendar)
    return dict(days)


def _share(one: Increment, days: dict[date, Day], calendar: Calendar) -> None:
    parts = list(calendar.split(one.start, one.end))
    before = Decimal(0)
    for day, start, until in parts:
        if one.energy is None:
            days[day].unexplained += until - start
            continue
        so_far = half_up(one.energy * (until - one.start) / (one.end - one.start), 6)
        days[day].shares.append(so_far - before)
        before = so_far
        days[day].is_interpolated |= len(parts) > 1 and one.end - one.start > FAR_SECONDS


def peak(amps: Sequence[tuple[int, Decimal]]) -> Decimal | None:
    """The highest mean of a quarter of an hour."""
    quarters: dict[int, list[Decimal]] = defaultdict(list)
    for stamp, value in amps:
        quarters[stamp // QUARTER].append(value)
    return max((half_up(Fraction(sum(some)) / len(some), 6) for some in quarters.values()), default=None)


def percentile(amps: Sequence[tuple[int, Decimal]]) -> Decimal | None:
    """The smallest value that 95 % of the samples do not exceed."""
    ordered = sorted(value for _, value in amps)
    return ordered[(95 * len(ordered) + 99) // 100 - 1] if ordered else None
