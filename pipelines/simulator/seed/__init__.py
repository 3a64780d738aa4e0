"""How an account comes to be: one module per area of the catalogue, `stories.py` for what happens to it afterwards.

Answering requests does not belong here.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from pipelines.simulator.seed import (
    account,
    automation,
    billing,
    calc,
    colocation,
    cross_connect,
    dedicated_server,
    flexmetal,
    reference,
    tickets,
)
from pipelines.simulator.seed.counts import SIZES
from pipelines.simulator.seed.stories import calm, schedule

if TYPE_CHECKING:
    from pipelines.simulator.world import World

AREAS = (reference, account, calc, dedicated_server, colocation, cross_connect, flexmetal, tickets, automation, billing)


def populate(world: World, random: Random, now: datetime, *, stories: bool) -> None:
    """Fills an empty world and schedules everything up to `now`; raises KeyError for an unknown size."""
    counts = SIZES[world.size]
    for area in AREAS:
        area.seed(world, random, counts)
    if counts.dedicated_servers and stories:
        schedule(world, now)
    elif counts.dedicated_servers:
        calm(world, now)
