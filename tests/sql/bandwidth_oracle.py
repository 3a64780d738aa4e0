"""The bandwidth of a service-month as `algorithms` define it, in whole numbers and fractions, one sample after the other.

Independent of the SQL models: nothing of them is read here. No test is in here, and no generated account.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = 86_400
METHODS = ("p95_in", "p95_out", "max_of_p95", "p95_of_max", "p95_of_sum", "sum_of_p95")


@dataclass(frozen=True)
class Rules:
    """The account's choices."""

    zone: str = "UTC"
    stamp: str = "end"
    missing: str = "ignore"
    semantics: str = "interval"
    clock: int = 0


@dataclass(frozen=True)
class Sample:
    """One row of a port; `loaded` orders rows of the same stamp."""

    uplink: str
    stamp: int
    ingress: int | None
    egress: int | None
    loaded: int = 0


@dataclass(frozen=True)
class Service:
    """What a contract says; prices per TB and per Mbit in major units, a link in Mbit/s."""

    uplinks: Mapping[str, bool]
    billing: int
    commit: int | None
    price_per_tb: Decimal | None
    free_ingress: bool = False
    starts: date | None = None
    cancelled: date | None = None
    method: str | None = None
    rounding: str = "exact"
    price_per_mbit: Decimal | None = None
    link: int | None = None
    decimals: int = 2


def half_up(value: Fraction, digits: int = 0) -> Fraction:
    """Rounded to so many decimals, halves away from zero; not negative values only grow."""
    scaled = abs(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**digits)


def midnight(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())


def following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_of(stamp: int, rules: Rules) -> date:
    local = datetime.fromtimestamp(stamp - (rules.stamp == "end"), ZoneInfo(rules.zone))
    return date(local.year, local.month, 1)


def inside(stamp: int, start: int, until: int, rules: Rules) -> bool:
    return start < stamp <= until if rules.stamp == "end" else start <= stamp < until


def slots(start: int, until: int, step: int, rules: Rules) -> int:
    """How many multiples of the step a window holds."""
    if rules.stamp == "end":
        return until // step - start // step
    return -(-until // step) - -(-start // step)


def moments(service: Service, samples: Iterable[Sample]) -> dict[int, tuple[int, int]]:
    """Bytes in and out by stamp, of all ports that count together; a stamp that one of them lacks is missing."""
    chosen = {name for name, aggregate in service.uplinks.items() if aggregate} or set(service.uplinks)
    newest: dict[tuple[str, int], Sample] = {}
    for sample in samples:
        known = newest.get((sample.uplink, sample.stamp))
        if sample.uplink in chosen and (known is None or sample.loaded > known.loaded):
            newest[sample.uplink, sample.stamp] = sample
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for sample in newest.values():
        if sample.ingress is not None and sample.egress is not None and sample.ingress >= 0 and sample.egress >= 0:
            found[sample.stamp].append((sample.ingress, sample.egress))
    complete = {stamp: values for stamp, values in found.items() if len(values) == len(chosen)}
    return {stamp: (sum(v[0] for v in values), sum(v[1] for v in values)) for stamp, values in sorted(complete.items())}


def step_of(stamps: list[int]) -> int:
    counts = Counter(after - before for before, after in pairwise(stamps))
    return min(counts, key=lambda step: (-counts[step], step)) if counts else 300


def percentile(values: list[int], rank: int) -> int:
    return values[rank - 1]


def rank(count: int) -> int:
    return (95 * count + 99) // 100


def directions(one: Mapping[str, int | None]) -> dict[str, int | None]:
    """The six figures from those of the four series."""
    ins, outs = one["in"], one["out"]
    known = ins is not None and outs is not None
    return {
        "p95_in": ins, "p95_out": outs, "p95_of_max": one["max"], "p95_of_sum": one["sum"],
        "max_of_p95": max(ins, outs) if known else None, "sum_of_p95": ins + outs if known else None,
    }  # fmt: skip


class Month:
    """One service-month; attributes are named as the columns of the mart."""

    def __init__(self, service: Service, points: dict[int, tuple[int, int]], month: date, rules: Rules) -> None:
        self.service, self.rules, self.month = service, rules, month
        begin, end = max(month, service.starts or month), min(following(month), service.cancelled or following(month))
        self.start, self.end = midnight(begin, rules.zone), midnight(end, rules.zone)
        self.until = min(self.end, rules.clock)
        self.step = step_of([stamp for stamp in points if inside(stamp, self.start, self.until, rules)])
        self._prepare(points)
        self.method = service.method or ("p95_out" if service.free_ingress else "p95_of_max")

    def _prepare(self, points: dict[int, tuple[int, int]]) -> None:
        grid = {stamp // self.step * self.step: value for stamp, value in points.items()}
        factor = self.step if self.rules.semantics == "rate" else 1
        self.bytes_in = self.bytes_out = 0
        rates: list[tuple[int, int]] = []
        for stamp, (ingress, egress) in grid.items():
            pair = [int(half_up(Fraction(value * factor * 8, self.step))) for value in (ingress, egress)]
            spike = self.service.link is not None and max(pair) * 100 > self.service.link * 105_000_000
            if inside(stamp, self.start, self.until, self.rules) and not spike:
                rates.append((pair[0], pair[1]))
                self.bytes_in, self.bytes_out = self.bytes_in + ingress * factor, self.bytes_out + egress * factor
        self.series = {
            "in": sorted(one for one, _ in rates), "out": sorted(two for _, two in rates),
            "max": sorted(map(max, rates)), "sum": sorted(map(sum, rates)),
        }  # fmt: skip
        self.count = len(rates)
        self.expected = slots(self.start, self.until, self.step, self.rules)
        self.whole = slots(self.start, self.end, self.step, self.rules)

    def bounds(self) -> tuple[dict[str, int | None], dict[str, int | None]]:
        wanted, gap = rank(self.expected), self.expected - self.count
        low = {name: percentile(one, wanted - gap) if wanted > gap else 0 for name, one in self.series.items()}
        high: dict[str, int | None] = dict.fromkeys(low)
        if self.service.link is not None:
            for name, one in self.series.items():
                link = self.service.link * 1_000_000 * (2 if name == "sum" else 1)
                high[name] = percentile(one, wanted) if wanted <= self.count else max(link, one[-1])
        return directions(low), directions(high)

    def figures(self) -> dict[str, int | None]:
        if self.rules.missing == "zero":
            return self.bounds()[0]
        return directions({name: percentile(one, rank(self.count)) for name, one in self.series.items()})

    def above(self) -> int | None:
        names = {
            "p95_in": ["in"], "p95_out": ["out"], "p95_of_max": ["max"], "p95_of_sum": ["sum"], "max_of_p95": ["in", "out"],
        }  # fmt: skip
        limit = (self.service.commit or 0) * 1_000_000
        counts = [sum(value > limit for value in self.series[name]) for name in names.get(self.method, [])]
        return max(counts) if counts else None

    def overuse(self, used_bytes: int, used_bps: int | None) -> tuple[Fraction | None, Fraction | None, Decimal | None]:
        """Excess as a quantity of the mart (GB or Mbit), the quantity that is priced, and its price."""
        commit = self.service.commit
        if self.service.billing == 3 and commit is not None and used_bps is not None:
            excess = max(Fraction(0), Fraction(used_bps, 10**6) - commit)
            return excess, excess, self.service.price_per_mbit
        if self.service.billing != 2 or commit is None:
            return None, None, None
        excess = max(Fraction(0), half_up(Fraction(used_bytes, 10**9), 6) - commit)
        more = max(0, used_bytes - commit * 10**9)
        priced = {"exact": excess / 1000, "ceil_gb": Fraction(-(-more // 10**9), 1000), "ceil_tb": Fraction(-(-more // 10**12))}
        return excess, priced[self.service.rounding], self.service.price_per_tb

    def row(self) -> dict[str, object]:
        """The columns of the mart that can be compared, numbers as fractions."""
        empty = dict.fromkeys([*METHODS, "used", "low", "high", "used_gb", "overuse", "amount"])
        coverage = half_up(Fraction(100 * self.count, self.expected), 4) if self.expected else None
        common = {"count": self.count, "expected": self.expected, "coverage": coverage}
        if not self.count:
            return common | empty | {"amount": Fraction(0) if self.service.billing == 1 else None}
        figures, (low, high) = self.figures(), self.bounds()
        used_bytes = self.bytes_out if self.service.free_ingress else self.bytes_in + self.bytes_out
        excess, quantity, price = self.overuse(used_bytes, figures[self.method])
        amount = Fraction(0) if self.service.billing == 1 or quantity == 0 else None
        if amount is None and quantity is not None and price is not None:
            amount = half_up(quantity * Fraction(price), self.service.decimals)
        mbit = {name: None if value is None else Fraction(value, 10**6) for name, value in figures.items()}
        bound = {name: None if one[self.method] is None else Fraction(one[self.method] or 0, 10**6)
                 for name, one in (("low", low), ("high", high))}  # fmt: skip
        return common | mbit | bound | {
            "used": mbit[self.method], "used_gb": half_up(Fraction(used_bytes, 10**9), 6), "overuse": excess, "amount": amount,
        }  # fmt: skip

    def burst(self) -> Fraction | None:
        """Minutes the month may still be above its commit."""
        above = self.above()
        if self.service.billing != 3 or self.service.commit is None or above is None:
            return None
        return half_up(Fraction((self.whole - rank(self.whole) - above) * self.step, 60), 6)


def months(service: Service, samples: list[Sample], rules: Rules) -> dict[date, Month]:
    """Every month from the first sample of a counted port to the clock in which the service runs."""
    chosen = {name for name, aggregate in service.uplinks.items() if aggregate} or set(service.uplinks)
    stamps = [sample.stamp for sample in samples if sample.uplink in chosen]
    points = moments(service, samples)
    month, last = month_of(min(stamps), rules), month_of(max(max(stamps), rules.clock), rules)
    found: dict[date, Month] = {}
    while month <= last:
        begun = service.starts is None or service.starts < following(month)
        if begun and (service.cancelled is None or service.cancelled > month):
            one = Month(service, points, month, rules)
            if one.start < one.until:
                found[month] = one
        month = following(month)
    return found
