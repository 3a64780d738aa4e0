"""How fast telemetry loads: ours, dlt's own rest_api source doing the same work, and the floor below which nobody gets.

`uv run python benchmarks/telemetry.py` prints, from one run on loopback: rows per second, peak memory and the ratios, in the
windows that the product chooses by itself and in windows of one day; memory when the rows double; how latency of the API and
a year of history in the warehouse tell. `--quick` takes about a minute and shows the same in small, which flatters nobody's
start-up. Every contestant is a process of its own with the same windows, concurrency, file format and result; the server's
share of the time is printed (`server`), for a slow server would flatter the ratios; `MB` is the peak of memory.
"""

from __future__ import annotations

import argparse
import sys

from contestants import CONTESTANTS, Job, Result, measure
from growth import show_history
from server import CONCURRENCY, DAY, STEP, served

from pipelines.screen import show_rows

DAYS, LONG, SHORT = 30, 31, 1
LATENCIES = (0.0, 0.05, 0.2)


def entities_for(samples: int) -> int:
    """How many entities make about so many samples in a month; an even number."""
    return max(2, samples // (DAYS * DAY // STEP) // 2 * 2)


def race(samples: int, window_days: int, names: list[str]) -> None:
    """All contestants over the same windows."""
    entities = entities_for(samples)
    with served(entities, DAYS) as url:
        found = {name: measure(Job(name, url, entities, DAYS, window_days)) for name in names}
    lines = [
        (name, one.rows, one.requests, f"{one.seconds:.1f}", f"{one.cpu:.1f}", int(one.rows / one.seconds), int(one.peak),
         f"{one.server / one.seconds:.2f}")
        for name, one in found.items()
    ]  # fmt: skip
    columns = ["who", "rows", "requests", "seconds", "CPU s", "rows/s", "MB", "server"]
    show_rows(columns, lines, f"Windows of {window_days} days" if window_days > 1 else "Windows of one day")
    if len(found) == len(CONTESTANTS):
        say(ratios(found["ours"], found["rest_api"], found["floor"]))


def ratios(ours: Result, rest_api: Result, floor: Result) -> str:
    """The two figures that count, by the clock and by the processor: the latter holds on a busy machine too."""
    faster = f"{rest_api.seconds / ours.seconds:.1f} times as fast as rest_api ({rest_api.cpu / ours.cpu:.1f} by CPU)"
    return f"ours is {faster} and takes {ours.seconds / floor.seconds:.2f} times the floor ({ours.cpu / floor.cpu:.2f} by CPU)"


def double(samples: int) -> None:
    """Peak memory of ours when the rows double."""
    lines = []
    for factor in (1, 2):
        entities = entities_for(samples * factor)
        with served(entities, DAYS) as url:
            one = measure(Job("ours", url, entities, DAYS, LONG))
        lines.append((one.rows, f"{one.seconds:.1f}", int(one.peak)))
    show_rows(["rows", "seconds", "peak MB"], lines, "Memory when the rows double")


def delay(requests: int) -> None:
    """One-day windows of ours against an API that takes its time; the bound is requests x latency / concurrency."""
    lines = []
    for latency in LATENCIES:
        # The longer the wait the fewer requests, so that each line takes about the same time.
        entities = max(2, int(requests * min(1.0, 0.05 / (latency or 1)) / DAYS) // 2 * 2) if latency else requests // DAYS
        with served(entities, DAYS, latency) as url:
            one = measure(Job("ours", url, entities, DAYS, SHORT))
        bound = one.requests * latency / CONCURRENCY
        lines.append((f"{latency * 1000:.0f} ms", one.requests, f"{one.seconds:.1f}", f"{bound:.1f}",
                      f"{one.seconds / bound:.2f}" if bound else ""))  # fmt: skip
    show_rows(["latency", "requests", "seconds", "bound", "seconds / bound"], lines, "Latency of the API")


def say(text: str) -> None:
    """One line on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """All of it, or what is named."""
    parts = {"long", "short", "memory", "latency", "history"}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2_000_000)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, in about a minute")
    parser.add_argument("--only", nargs="*", default=list(CONTESTANTS), choices=list(CONTESTANTS))
    parser.add_argument("--parts", nargs="*", default=sorted(parts), choices=sorted(parts))
    given = parser.parse_args()
    samples = given.samples // 10 if given.quick else given.samples
    if "long" in given.parts:
        race(samples, LONG, given.only)
    if "short" in given.parts:
        race(samples, SHORT, given.only)
    if "memory" in given.parts:
        double(samples)
    if "latency" in given.parts:
        delay(400 if given.quick else 2000)
    if "history" in given.parts:
        show_history(entities_for(samples))


if __name__ == "__main__":
    main()
