"""Meters of every kind of trouble, drawn by chance and always the same: readings, ratings, declared changes.

No test is in here, and no answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from random import Random

import pyarrow as pa
from power_reference import Feed

MODULUS = 100_000
# Around both changes of the clock in Europe, across the end of a month and of a year.
STARTS = [int(datetime(*day, tzinfo=UTC).timestamp()) for day in ((2026, 3, 28), (2026, 10, 24), (2026, 4, 29), (2026, 12, 30))]
TROUBLES = (
    "none", "glitch", "jump", "dip", "long_dip", "reset", "replaced", "declared", "wrap", "holes", "gap", "garbage", "mixed",
    "chaos",
)  # fmt: skip


def feeds(count: int, seed: int = 4) -> Iterator[Feed]:
    """So many PDUs, every trouble in turn."""
    random = Random(seed)
    for number in range(count):
        yield _feed(random, TROUBLES[number % len(TROUBLES)])


def _feed(random: Random, trouble: str) -> Feed:
    amps = random.choice([Decimal(16), Decimal(32), Decimal("20.5"), Decimal(0), None])
    contract = random.choice([Decimal(32), Decimal(16), None])
    volts, phases = random.choice([(Decimal(230), 1), (Decimal("228.9"), 1), (Decimal(230), 3), (Decimal(400), 3)])
    step, most = random.choice([(300, 300), (3600, 200), (86_400, 40)])
    start = random.choice(STARTS) + random.choice([0, 0, 7, 1800])
    stamps = [start + step * number for number in range(random.randint(2, most))]
    level = random.choice([0, 90, 5_000, MODULUS - 200]) if trouble == "wrap" else random.choice([0, 90, 5_000, 80_000])
    true, kw = float(level), random.uniform(0.05, 4.5)
    readings = []
    for _ in stamps:
        true += kw * step / 3600 * random.uniform(0.5, 1.5)
        readings.append(int(true))
    events: list[tuple[int, Fraction, Fraction]] = []
    some = [trouble] if trouble != "mixed" else random.choices(TROUBLES[1:-2], k=random.randint(2, 6))
    kept = stamps
    for one in some:
        kept = _disturb(random, one, stamps, readings, kept, events)
    values: list[int | None] = [kwh % MODULUS if "wrap" in some else kwh for kwh in readings]
    if trouble == "garbage":
        values = [random.choice([None, -1, -(10**12), 10**15]) if random.random() < 0.2 else kwh for kwh in values]
    chosen = set(kept)
    samples = [
        (stamp, kwh, random.choice([Decimal(random.randint(0, 2500)).scaleb(-2)] * 19 + [None, Decimal(-1)]))
        for stamp, kwh in zip(stamps, values, strict=True)
        if stamp in chosen
    ]
    return Feed(samples, amps, contract, volts, phases, tuple(events))


def _disturb(random: Random, trouble: str, stamps: list[int], readings: list[int], kept: list[int], events: list) -> list[int]:
    """Changes the readings in place; gives the stamps that remain."""
    size = len(stamps)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(size)
        length = random.randint(1, 5)
        if trouble == "glitch":
            readings[at : at + length] = [kwh + random.choice([50, 5_000]) for kwh in readings[at : at + length]]
        elif trouble == "jump":
            readings[at:] = [kwh + 2_000 for kwh in readings[at:]]
        elif trouble in ("dip", "long_dip"):
            long = random.choice([71, 72, 73, 74, 90, size]) if trouble == "long_dip" else random.randint(1, 30)
            readings[at : at + long] = [kwh * 97 // 100 for kwh in readings[at : at + long]]
        elif trouble in ("reset", "replaced"):
            offset = readings[at] - (random.randint(0, 1) if trouble == "reset" else random.randint(0, max(readings[at], 1)))
            readings[at:] = [kwh - offset for kwh in readings[at:]]
        elif trouble == "declared" and at > 0:
            new, old = random.randint(0, 9_000), readings[at] - random.choice([0, 0, 1, -40])
            readings[at:] = [kwh - readings[at] + new for kwh in readings[at:]]
            events.append((stamps[at] - random.choice([0, 1, 200]), Fraction(old), Fraction(new)))
        elif trouble == "holes":
            kept = [stamp for stamp in kept if random.random() > 0.3] or kept
        elif trouble == "gap":
            kept = [stamp for stamp in kept if not stamps[at] < stamp < stamps[min(size - 1, at + 10 * length)]] or kept
        elif trouble == "chaos":
            readings[:] = [max(0, kwh + random.choice([0, 0, 0, -40, 40, -4_000, 4_000])) for kwh in readings]
    return kept


def raw_rows(cases: list[Feed]) -> dict:
    """The raw tables in which these feeds arrive, each in a rack of its own."""
    numbers = [(str(number), feed) for number, feed in enumerate(cases)]
    samples = [(name, *sample) for name, feed in numbers for sample in feed.samples]
    names, stamps, meters, amps = zip(*samples, strict=True)
    power = pa.table({
        "pdu_id": names, "timestamp": pa.array(stamps, pa.int64()), "power_meter": pa.array(meters, pa.int64()),
        "amps": pa.array([None if one is None else float(one) for one in amps], pa.float64()),
    })  # fmt: skip
    racks = [
        {"id": f"c{name}", "power_max_ampere": None if feed.contract_amps is None else str(feed.contract_amps)}
        for name, feed in numbers
    ]
    pdus = [
        {"colocation_id": f"c{name}", "id": name, "amperage": None if feed.amps is None else float(feed.amps),
         "voltage": float(feed.volts), "phases": feed.phases, "input_feed_type": "A"}
        for name, feed in numbers
    ]  # fmt: skip
    return {"pdu_power": power, "pdus": pa.Table.from_pylist(pdus), "colocations": pa.Table.from_pylist(racks)}


def valid(feed: Feed) -> Feed:
    """The same feed without the values that no meter shows."""
    samples = [
        (stamp, kwh if kwh is not None and 0 <= kwh < 10**9 else None, amps if amps is not None and amps >= 0 else None)
        for stamp, kwh, amps in feed.samples
    ]
    return Feed(samples, feed.amps, feed.contract_amps, feed.volts, feed.phases, feed.events)
