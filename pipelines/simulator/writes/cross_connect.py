"""Cross connects: what the customer calls them, and notice."""

from __future__ import annotations

from pipelines.simulator.writes.change import handlers
from pipelines.simulator.writes.contracts import cancel, revert
from pipelines.simulator.writes.rows import update

WRITES = handlers(
    update_cross_connect=update("cross_connects"),
    cancel_cross_connect=cancel("cross_connects"),
    revert_cross_connect_cancellation=revert("cross_connects"),
)
