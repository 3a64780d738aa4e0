"""The whole way on one machine: a simulated account, half a year of its inventory, a full load, a build, a published file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from pipelines.build import Build, build
from pipelines.errors import UsageError
from pipelines.i3d.client import Client
from pipelines.i3d.load import Report, Request, load
from pipelines.i3d.selection import LOADED, select
from pipelines.screen import ticking, working
from pipelines.settings import Settings, is_loopback
from pipelines.simulator.run import make_world
from pipelines.simulator.server import Server
from pipelines.simulator.terms import write_terms
from pipelines.simulator.world import DEFAULT_NOW
from pipelines.warehouse import Warehouse

REPLAYS = 6
TELEMETRY_DAYS = 160
APART = timedelta(days=30)
MARK = ".demo"


@dataclass(slots=True)
class Demo:
    """The replayed loads, the last of them complete, and the build on them."""

    loads: list[Report] = field(default_factory=list)
    build: Build = field(default_factory=Build)


def run_demo(settings: Settings, warehouse: Warehouse, *, seed: int = 1, size: str = "small") -> Demo:
    """Builds the demo warehouse from nothing; raises UsageError where a real one stands."""
    world = make_world(seed, size, DEFAULT_NOW - REPLAYS * APART)
    clear(warehouse)
    demo = Demo()
    with Server(world) as server:
        account = {"base_url": server.url, "api_token": SecretStr(world.token)}
        mine = settings.model_copy(update=account | {"history_days": TELEMETRY_DAYS})
        for moment, everything in moments(world.clock.now()):
            world.clock.set(moment)
            demo.loads.append(_load(mine, warehouse, moment, everything=everything))
    with working("building and testing the models"):
        demo.build = build(warehouse, terms=write_terms(world, terms_of(warehouse)))
    return demo


def moments(start: datetime) -> Iterator[tuple[datetime, bool]]:
    """When the demo looks at the account: monthly, and completely the last time."""
    for step in range(REPLAYS + 1):
        yield start + step * APART, step == REPLAYS


def _load(settings: Settings, warehouse: Warehouse, moment: datetime, *, everything: bool) -> Report:
    inventory = tuple(one for one in LOADED if one.default and (one.observe or one.history))
    operations = select(()) if everything else inventory
    request = Request(operations, moment)
    with Client(settings) as client, ticking(f"{moment:%Y-%m-%d}") as ticker:
        return load(client, warehouse, request, ticker, ticker.expect)


def terms_of(warehouse: Warehouse) -> Path:
    """Where the settings files of a demo lie: what its simulated provider charges for."""
    return warehouse.private.with_suffix(".terms")


def chosen_terms(settings: Settings, warehouse: Warehouse) -> Path | None:
    """The folder of settings files a build reads: the one that is set, else what a demo brought along, else None."""
    brought = mark_of(warehouse) and terms_of(warehouse).exists()
    return settings.settings_folder or (terms_of(warehouse) if brought else None)


def mark_of(warehouse: Warehouse) -> bool:
    """Whether the warehouse is a demo."""
    return warehouse.private.with_suffix(MARK).exists()


def clear(warehouse: Warehouse) -> None:
    """Makes room for a new demo. Raises UsageError rather than touch a warehouse that is none."""
    if (warehouse.private.exists() or warehouse.published.exists()) and not mark_of(warehouse):
        raise UsageError(
            f"{warehouse.published} is not a demo and stays as it is.", "Set I3D_WAREHOUSE to another file for the demo."
        )
    with warehouse.writing():
        warehouse.private.with_suffix(MARK).touch()
        for path in (warehouse.private, warehouse.private.with_name(warehouse.private.name + ".wal"), warehouse.published):
            path.unlink(missing_ok=True)


def refuse_demo(warehouse: Warehouse, base_url: str) -> None:
    """Raises UsageError when a real account would be loaded into a demo warehouse."""
    if mark_of(warehouse) and not is_loopback(urlsplit(base_url).hostname or ""):
        raise UsageError(f"{warehouse.published} is a demo.", "Set I3D_WAREHOUSE to another file for a real account.")
