"""The 86 writes of the API: one module per area, each a table of handlers by the name of the operation.

Reads, routing and authentication do not belong here.
"""

from __future__ import annotations

from pipelines.simulator.writes import (
    account,
    automation,
    billing,
    calc,
    colocation,
    cross_connect,
    dedicated_server,
    flexmetal,
    reference,
    session,
    tickets,
    visitors,
)
from pipelines.simulator.writes.change import Handler

AREAS = (
    account,
    automation,
    billing,
    calc,
    colocation,
    cross_connect,
    dedicated_server,
    flexmetal,
    reference,
    session,
    tickets,
    visitors,
)
WRITES: dict[str, Handler] = {name: handler for area in AREAS for name, handler in area.WRITES.items()}
