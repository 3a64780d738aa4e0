"""Invoices by chance over racks by chance, and which rack each line may charge: the cheapest assignment, by trying all of them.

Nothing in here knows the SQL, and no test is in here. Amounts are cents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

Row = dict[str, Any]
Pair = tuple[int, str]
# Two odd prices never sum to a third one, so that no line can be several racks at once.
PRICES = [price * 100 for price in range(501, 561, 2)]
# What speaks against a pair, the worst first: no pair at all, a line that could be other racks too, another amount, the rule.
UNMATCHED = 1_000_000
UNSURE = 10_000
INEXACT = 100


@dataclass(frozen=True, slots=True)
class Rack:
    """A rack with its price per month, perhaps the order it belongs to, and whether its list of invoices names this one."""

    key: str
    price: int
    order: str
    linked: bool


@dataclass(frozen=True, slots=True)
class Charge:
    """A line: what it charges, the order it states and the racks its text names."""

    amount: int
    order: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One invoice with its lines, and the racks it may be about."""

    key: int
    racks: tuple[Rack, ...]
    lines: tuple[Charge, ...]

    def named(self, line: Charge) -> dict[str, int]:
        """The racks that an order (3) or a text (4) points to; where both agree, no others."""
        about = any(rack.linked for rack in self.racks)
        found = {rack.key: 4 for rack in self.racks if rack.key in line.names and (rack.linked or not about)}
        ordered = {rack.key for rack in self.racks if line.order and rack.order == line.order and (rack.linked or not about)}
        agreed = ordered & found.keys()
        return dict.fromkeys(agreed, 3) or found | dict.fromkeys(ordered, 3)

    @cached_property
    def costs(self) -> list[dict[str, int]]:
        """Per line what each rack that comes into question costs."""
        table: list[dict[str, int]] = []
        for line in self.lines:
            named = self.named(line)
            listed = {rack.key: 2 for rack in self.racks if rack.linked and (not named or rack.key in named)}
            exact = {rack.key for rack in self.racks if rack.price == line.amount}
            found = named | {key: min(rule, named.get(key, rule)) for key, rule in listed.items()}
            unsure = UNSURE if len(found) > 1 else 0
            rules = {key: 1 if key in listed and key in exact else rule for key, rule in found.items()}
            table.append({key: unsure + rule + (0 if key in exact else INEXACT) for key, rule in rules.items()})
        return table

    def cheapest(self, fixed: Iterable[Pair] = ()) -> int:
        """The least cost of pairing each line with one rack or none, no rack twice, with these pairs among them."""
        wanted = dict(fixed)
        best = {frozenset[str](): 0}
        for position, costs in enumerate(self.costs, 1):
            options = {wanted[position]: costs[wanted[position]]} if position in wanted else {**costs, "": UNMATCHED}
            grown: dict[frozenset[str], int] = {}
            for taken, cost in best.items():
                for key, price in options.items():
                    if key not in taken:
                        after = taken | {key} if key else taken
                        grown[after] = min(grown.get(after, 10**9), cost + price)
            best = grown
        return min(best.values(), default=10**9)


def make_case(random: Random, key: int) -> Case:
    """Up to eight racks and eight lines, some named, some ordered together, some listed, some with amounts of their own."""
    count = random.randint(1, 8)
    prices = random.choices(PRICES, k=max(count - 2, 1))
    has_list = random.random() < 0.5
    racks = tuple(
        Rack(
            key=f"{key * 10 + position}", price=random.choice(prices), linked=has_list and random.random() < 0.8,
            order=f"PO{key}-{random.randint(1, 3)}" if random.random() < 0.5 else "",
        )
        for position in range(count)
    )  # fmt: skip
    lines = tuple(make_line(random, racks) for _ in range(random.randint(1, 8)))
    return Case(key, racks, lines)


def make_line(random: Random, racks: tuple[Rack, ...]) -> Charge:
    """A line for one of the racks that says so by text, order, both or not at all, and sometimes names another."""
    rack = random.choice(racks)
    names = [rack.key] if random.random() < 0.6 else []
    names += [random.choice(racks).key] if random.random() < 0.15 else []
    return Charge(
        amount=rack.price if random.random() < 0.8 else random.choice(PRICES),
        order=rack.order if random.random() < 0.7 else "",
        names=tuple(dict.fromkeys(names)),
    )
