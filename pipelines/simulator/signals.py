"""Everything that is measured: traffic on an uplink and energy on a meter, as pure functions of seed, entity and time.

Times are unix seconds, stamps mark the end of a sample. No rows and no state.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import tau

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Floats = NDArray[np.float64]

GRID = 300
DAY = 86_400
_MASK = 2**64 - 1


def noise(seed: int, channel: int, times: Times) -> Floats:
    """Evenly spread numbers in [0, 1): the same for the same seed, channel and time, whatever else was asked."""
    offset = (seed * 0x9E3779B97F4A7C15 + channel * 0xD1B54A32D192ED03) & _MASK
    mixed = times.astype(np.uint64) + np.uint64(offset)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def grid(start: int, end: int, step: int = GRID) -> Times:
    """The stamps of a step in [start, end)."""
    return np.arange(-(-start // step) * step, end, step, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time [begin, end) in which something is multiplied by `factor`; 0 makes samples disappear."""

    begin: int
    end: int
    factor: float = 0.0


@dataclass(frozen=True, slots=True)
class Uplink:
    """A switch port: its mean rate in Mbit/s, the share that leaves, and the stretches in which it behaves otherwise."""

    id: int
    mbps: float
    outward: float = 0.7
    spans: tuple[Span, ...] = ()

    def present(self, seed: int, times: Times, gap_share: float = 0.0) -> Times:
        """The stamps for which a sample exists."""
        kept = np.ones(len(times), dtype=bool)
        for span in self.spans:
            if span.factor == 0:
                kept &= (times < span.begin) | (times >= span.end)
        if gap_share:
            kept &= noise(seed, self.id + 1, times) >= gap_share
        return times[kept]

    def octets(self, seed: int, times: Times, step: int = GRID) -> tuple[Times, Times]:
        """Bytes in and out in the `step` seconds before each stamp."""
        wave = 1 + 0.5 * np.sin(tau * (times / DAY - 0.4))
        rate = self.mbps * wave * (0.85 + 0.3 * noise(seed, self.id, times))
        for span in self.spans:
            if span.factor:
                rate[(times >= span.begin) & (times < span.end)] *= span.factor
        total = rate * 125_000 * step
        return (total * (1 - self.outward)).astype(np.int64), (total * self.outward).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What some uplinks carried together: bytes in, bytes out, and the 95th percentile of the busier way in Mbit/s."""

    incoming: int = 0
    outgoing: int = 0
    percentile: int = 0


@lru_cache(maxsize=20_000)
def carried(seed: int, uplinks: tuple[Uplink, ...], start: int, end: int) -> Traffic:
    """The traffic of the samples stamped in (start, end]."""
    times = grid(start + 1, end + 1)
    for uplink in uplinks:
        times = uplink.present(seed, times)
    if not len(times) or not uplinks:
        return Traffic()
    measured = [uplink.octets(seed, times) for uplink in uplinks]
    incoming, outgoing = (sum(ways[1:], ways[0]) for ways in zip(*measured, strict=True))
    rank = (95 * len(times) + 99) // 100
    busier = np.sort(np.maximum(incoming, outgoing))[rank - 1]
    return Traffic(int(incoming.sum()), int(outgoing.sum()), round(int(busier) * 8 / GRID / 1e6))


@dataclass(frozen=True, slots=True)
class Break:
    """A discontinuity of a meter: from `at` on it counts from `restart` kWh, or until `end` it shows `factor` of itself."""

    at: int
    restart: float | None = None
    end: int = 0
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Meter:
    """A power feed: mean load in kW, volts and phases, what the counter showed at `begin`, and its discontinuities."""

    id: int
    kw: float
    volts: float = 230.0
    phases: int = 1
    factor: float = 0.96
    begin: int = 0
    base: float = 0.0
    breaks: tuple[Break, ...] = ()

    def power(self, times: Times) -> Floats:
        """The load in kW."""
        return self.kw * (1 + 0.15 * np.sin(tau * (times / DAY - 0.3)))

    def energy(self, times: Times) -> Floats:
        """What was really used since `begin`, in kWh: the exact integral of `power`."""

        def integral(moment: Floats) -> Floats:
            return moment - 0.15 * DAY / tau * np.cos(tau * (moment / DAY - 0.3))

        return self.kw / 3600 * (integral(times.astype(np.float64)) - integral(np.array([float(self.begin)])))

    def reading(self, times: Times) -> Floats:
        """What the counter shows, in kWh, its discontinuities included."""
        used = self.energy(times)
        shown = self.base + used
        for kink in self.breaks:
            later = times >= kink.at
            if kink.restart is not None:
                before = self.energy(np.array([kink.at], dtype=np.int64))
                shown[later] = (kink.restart + used - before)[later]
            else:
                shown[later & (times < kink.end)] *= kink.factor
        return shown

    def amperes(self, seed: int, times: Times) -> Floats:
        """The current per feed in A, with the jitter of a real instrument."""
        jitter = 0.98 + 0.04 * noise(seed, self.id, times)
        return self.power(times) * jitter * 1000 / (self.volts * self.factor * (3 if self.phases == 3 else 1))

    def tension(self, seed: int, times: Times) -> Floats:
        """The voltage in V."""
        return self.volts * (0.995 + 0.01 * noise(seed, self.id + 1, times))
