"""How old each group of assets may become: a warning when a run was missed, a failure when a night went by without one."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from pipelines.i3d.operation import OPT_IN, Operation

# As long as a table may be old in `marts.load_health` (`load_stale_hours`): a night and a morning to notice.
STALE = timedelta(hours=36)
NIGHTLY = dg.FreshnessPolicy.time_window(fail_window=STALE, warn_window=timedelta(hours=26))
HOURLY = dg.FreshnessPolicy.time_window(fail_window=STALE, warn_window=timedelta(hours=3))
# The tables whose load and traffic the API knows only of this moment.
OBSERVED = frozenset({"dedicated_servers"})


def freshness_of(operation: Operation) -> dg.FreshnessPolicy | None:
    """The policy of an operation's tables; None for what only loads when somebody asks for it."""
    if operation.group in OPT_IN:
        return None
    return HOURLY if operation.window is not None or operation.table in OBSERVED else NIGHTLY
