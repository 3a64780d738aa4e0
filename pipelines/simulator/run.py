"""The simulator as a process of its own: arguments checked, address and key told, then served until interrupted."""

from __future__ import annotations

import socket
import sys
from datetime import datetime
from typing import cast, get_args

from pipelines.errors import UsageError
from pipelines.simulator.seed.counts import SIZES
from pipelines.simulator.server import serve
from pipelines.simulator.switches import Fault, FaultKind
from pipelines.simulator.world import World


def parse_fault(text: str) -> Fault:
    """A fault from `KIND[:PATH[:TIMES]]`; raises UsageError."""
    kind, _, rest = text.partition(":")
    path, _, times = rest.partition(":")
    if kind not in get_args(FaultKind) or not (times or "1").isdigit():
        raise UsageError(f"{text!r} is no fault.", f"Write KIND[:PATH[:TIMES]] with one of {', '.join(get_args(FaultKind))}.")
    return Fault(cast("FaultKind", kind), path or "/v3", int(times or "1"))


def make_world(seed: int, size: str, start: datetime | None = None) -> World:
    """A simulated account whose clock stands at `start`; raises UsageError for an unknown size."""
    if size not in SIZES:
        raise UsageError(f"There is no size {size!r}.", f"Choose {', '.join(SIZES)}.")
    return World(seed=seed, size=size, start=start)


def run_simulator(port: int, seed: int, size: str, faults: list[str]) -> None:
    """Serves until interrupted; raises UsageError when the port is taken."""
    world = make_world(seed, size)
    world.switches.faults = [parse_fault(text) for text in faults]
    try:
        with socket.create_server(("127.0.0.1", port)) as probe:
            chosen = probe.getsockname()[1]
    except OSError:
        raise UsageError(f"Port {port} is taken.", "Choose another with --port, or 0 for a free one.") from None
    told = f"I3D_BASE_URL=http://127.0.0.1:{chosen} I3D_API_TOKEN={world.token} I3D_AS_OF={world.clock.now():%Y-%m-%dT%H:%M:%S}"
    sys.stderr.write(f"{told}\n")
    serve(world, chosen)
