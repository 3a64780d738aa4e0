"""The bandwidth of one service and month, written from its rules in plain Python: whole numbers, fractions and sorted lists.

Knows nothing of SQL and nothing of how cases are made.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Samples = Mapping[int, tuple[int | None, int | None]]


@dataclass(frozen=True)
class Uplink:
    """A port: whether it stands for others, and its samples (bytes in, bytes out) by unix second."""

    is_aggregate: bool
    samples: Samples


@dataclass(frozen=True)
class Rack:
    """The terms of a rack; link, price and method come from the settings, prices in cents."""

    uplinks: Sequence[Uplink]
    billing_type: int
    commit: int | None
    has_free_ingress: bool = False
    tb_price: int = 600
    mbit_price: Decimal | None = None
    link_mbit: int | None = None
    method: str | None = None
    starts_on: date | None = None
    cancelled_on: date | None = None


@dataclass(frozen=True)
class Rules:
    """The choices of the account; the clock is in unix seconds."""

    zone: str
    clock: int
    stamp: str = "end"
    missing: str = "ignore"
    rounding: str = "exact"
    extra: Mapping[str, str] = field(default_factory=dict)


def half_up(value: Fraction) -> int:
    """The nearest whole number of a value that is not negative, halves upwards."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def rank(count: int) -> int:
    """Which of so many ascending samples is the 95th percentile, from 1."""
    return -(-95 * count // 100)


def midnight(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def totals(rack: Rack) -> dict[int, tuple[int, int]]:
    """Bytes in and out of the rack at every moment at which each of its ports has a good sample."""
    chosen = [uplink for uplink in rack.uplinks if uplink.is_aggregate] or list(rack.uplinks)
    found = {}
    for stamp in chosen[0].samples:
        values = [uplink.samples.get(stamp, (None, None)) for uplink in chosen]
        if all(value is not None and value >= 0 for pair in values for value in pair):
            found[stamp] = (sum(value[0] or 0 for value in values), sum(value[1] or 0 for value in values))
    return found


def step_of(stamps: Sequence[int]) -> int | None:
    counts = Counter(later - earlier for earlier, later in itertools.pairwise(stamps))
    return min(counts, key=lambda seconds: (-counts[seconds], seconds), default=None)


def percentile(values: Sequence[int], zeros: int = 0) -> int | None:
    ordered = [0] * zeros + sorted(values)
    return ordered[rank(len(ordered)) - 1] if ordered else None


def series(rates: Sequence[tuple[int, int]]) -> dict[str, list[int]]:
    return {
        "p95_in": [into for into, _ in rates],
        "p95_out": [out for _, out in rates],
        "p95_of_max": [max(pair) for pair in rates],
        "p95_of_sum": [sum(pair) for pair in rates],
    }


def directions(single: Mapping[str, int | None]) -> dict[str, int | None]:
    """All six, from the four that are percentiles of one number per sample."""
    into, out = single["p95_in"], single["p95_out"]
    if into is None or out is None:
        return dict(single) | {"max_of_p95": None, "sum_of_p95": None}
    return dict(single) | {"max_of_p95": max(into, out), "sum_of_p95": into + out}


def bounds(rates: Mapping[str, list[int]], expected: int, link: int | None, direction: str) -> tuple[int, int | None]:
    """The least and the most that the percentile can be, whatever the missing samples were."""
    top = None if link is None else link * (2 if direction == "p95_of_sum" else 1)
    lows, highs = {}, {}
    for name, values in rates.items():
        ordered, place = sorted(values), rank(expected)
        gone = expected - len(ordered)
        lows[name] = ordered[place - gone - 1] if place > gone else 0
        highs[name] = ordered[place - 1] if place <= len(ordered) else top
    low = directions(lows)[direction]
    high = directions(highs)[direction]
    assert low is not None
    return low, high if link is not None else None


def active_window(rack: Rack, month: date, rules: Rules) -> tuple[int, int]:
    start, end = midnight(month, rules.zone), midnight(next_month(month), rules.zone)
    if rack.starts_on:
        start = max(start, midnight(rack.starts_on, rules.zone))
    if rack.cancelled_on:
        end = min(end, midnight(rack.cancelled_on, rules.zone))
    return start, end


def intervals(rack: Rack, window: tuple[int, int], rules: Rules) -> tuple[int | None, list[tuple[int, int]]]:
    """The step in seconds, and bytes in and out of each interval of the window that has a sample."""

    def inside(stamp: int) -> bool:
        return window[0] < stamp <= window[1] if rules.stamp == "end" else window[0] <= stamp < window[1]

    found = totals(rack)
    step = step_of(sorted(stamp for stamp in found if inside(stamp)))
    aligned = {}
    for stamp in sorted(found):
        aligned[stamp // step * step if step else stamp] = found[stamp]
    return step, [pair for stamp, pair in sorted(aligned.items()) if inside(stamp)]


def charge(rack: Rack, used_bytes: int | None, used_bps: int | None, rules: Rules) -> dict[str, Any]:
    """What lies above the commit, and what it costs in cents."""
    if rack.billing_type == 1:
        return {"overuse_bytes": None, "overuse_bps": None, "cents": 0}
    if rack.billing_type == 2:
        unit = {"exact": 1, "ceil_gb": 10**9, "ceil_tb": 10**12}[rules.rounding]
        is_known = rack.commit is not None and used_bytes is not None
        over = -(-max(0, used_bytes - rack.commit * 10**9) // unit) * unit if is_known else None
        cents = None if over is None else half_up(Fraction(over * rack.tb_price, 10**12))
        return {"overuse_bytes": over, "overuse_bps": None, "cents": cents}
    over = None if rack.commit is None or used_bps is None else max(0, used_bps - rack.commit * 10**6)
    if over == 0:
        return {"overuse_bytes": None, "overuse_bps": 0, "cents": 0}
    priced = over is not None and rack.mbit_price is not None
    cents = half_up(Fraction(over, 10**6) * Fraction(rack.mbit_price) * 100) if priced else None
    return {"overuse_bytes": None, "overuse_bps": over, "cents": cents}


def measure(rack: Rack, month: date, rules: Rules) -> dict[str, Any] | None:
    """The month in bytes, bit/s and cents; nothing where it has no samples."""
    window = active_window(rack, month, rules)
    step, pairs = intervals(rack, window, rules)
    if not pairs or step is None:
        return None
    rated = [tuple(half_up(Fraction(value * 8, step)) for value in pair) for pair in pairs]
    link = rack.link_mbit * 10**6 if rack.link_mbit else None
    kept = [i for i, pair in enumerate(rated) if link is None or max(pair) * 100 <= link * 105]
    into, out = (sum(pairs[i][side] for i in kept) if kept else None for side in (0, 1))
    rates = series([(rated[i][0], rated[i][1]) for i in kept])
    expected = max((min(window[1], rules.clock) - window[0]) // step, len(kept))
    zeros = expected - len(kept) if rules.missing == "zero" else 0
    found = directions({name: percentile(values, zeros) for name, values in rates.items()})
    direction = rack.method or ("p95_out" if rack.has_free_ingress else "p95_of_max")
    used_bps = found[direction]
    low, high = bounds(rates, expected, link, direction)
    used_bytes = out if rack.has_free_ingress or into is None or out is None else into + out
    return {
        "ingress_bytes": into, "egress_bytes": out, "used_bytes": used_bytes, **found, "used": used_bps, "low": low,
        "high": None if high is None else max(high, used_bps or 0),
        "coverage": half_up(Fraction(len(kept) * 1_000_000, expected)), "step": step, "expected": expected,
        "samples": len(kept), **charge(rack, used_bytes, used_bps, rules),
        "burst": burst(rack, rates, direction, window, step),
    }  # fmt: skip


def burst(rack: Rack, rates: Mapping[str, list[int]], direction: str, window: tuple[int, int], step: int) -> int | None:
    """Seconds above the commit that the whole month still allows."""
    if rack.billing_type != 3 or rack.commit is None or direction == "sum_of_p95":
        return None
    names = ("p95_in", "p95_out") if direction == "max_of_p95" else (direction,)
    above = max(sum(rate > rack.commit * 10**6 for rate in rates[name]) for name in names)
    count = (window[1] - window[0]) // step
    return (count - rank(count) - above) * step
