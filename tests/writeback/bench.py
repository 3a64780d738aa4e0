"""A simulated account to write to, and the way from a wish to its outcome in one call. No tests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "simulator"))

from pipelines.i3d.catalogue import BY_NAME, OPERATIONS
from pipelines.i3d.operation import Operation
from pipelines.i3d.shape import Shape
from pipelines.i3d.writeback import Entry, Journal, Plan, Result, apply_plan, approve_plan, plan_write
from pipelines.settings import Settings, read_settings
from pipelines.simulator.server import Server
from pipelines.simulator.world import World
from pipelines.warehouse import Warehouse

WRITES = tuple(line for line in OPERATIONS if line.kind == "write")
NAMES = sorted(line.name for line in WRITES)
LOCKED = ",".join(line.name for line in WRITES if line.risk == 5)
SECRET = "CANARY-TYPED-IN"


class Bench:
    """One server for many accounts, one after the other; each gets a folder of its own."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.root, self.number = server, folder, 0
        self.begin()

    def begin(self, world: World | None = None, **settings: Any) -> World:
        """Another account in another folder."""
        self.number += 1
        self.folder = self.root / str(self.number)
        self.server.begin(world or World())
        given = {"actor": "alice", "allow_locked": LOCKED, "warehouse": self.folder / "warehouse.duckdb", **settings}
        given |= {"base_url": self.server.url, "api_token": SecretStr(self.world.token)}
        self.settings: Settings = read_settings(**given)
        return self.world

    @property
    def world(self) -> World:
        return self.server.world

    @property
    def journal(self) -> Journal:
        return Journal.of(Warehouse.of(self.settings))

    def actor(self, name: str) -> Settings:
        return self.settings.model_copy(update={"actor": name})

    def plan(self, name: str, words: Mapping[str, Any], body: Mapping[str, Any] | None = None) -> Plan:
        return plan_write(self.settings, name, words, body)

    def apply(self, plan: Plan, **given: Any) -> Result:
        """Approves as somebody else, types the target, applies."""
        if plan.risk >= 2:
            approve_plan(self.actor("bob"), plan)
        return apply_plan(self.settings, plan, **{"confirm": plan.confirmation, "load_again": False, **given})

    def sent(self) -> list[dict[str, Any]]:
        """The calls so far that were no reads."""
        return [call for call in self.server.application.seen if call["method"] != "GET"]

    def latest(self) -> Entry:
        return self.journal.latest()[-1]

    def files(self) -> Iterator[tuple[Path, bytes]]:
        """Everything in the folder, the record included."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                yield path, path.read_bytes()


@contextmanager
def benches(folder: Path) -> Iterator[Bench]:
    with Server(World()) as server:
        yield Bench(server, folder)


def operation(name: str) -> Operation:
    found: Operation = BY_NAME[name]
    return found


def hide(of: Shape | None, body: Any, place: Callable[[str, Any], str]) -> Any:
    """A body with every secret put elsewhere: `place(field, value)` says where."""
    if of is None or not isinstance(body, dict):
        return body
    hidden = {}
    for name, value in body.items():
        item = of.fields[name]
        inner = item.of if isinstance(item.of, Shape) else None
        listed = isinstance(value, list) and inner is not None
        hidden[name] = [hide(inner, one, place) for one in value] if listed else hide(inner, value, place)
        if item.sensitivity == "secret":
            hidden[name] = place(name, value)
    return hidden


def everywhere(table: str, **values: Any) -> Callable[[World], None]:
    return lambda world: [row.update(values) for row in world.tables[table]] and None


# What has to be otherwise for a write to change anything.
AWAY = {
    "enable_trigger": everywhere("triggers", active=0),
    "finalize_calc_order": everywhere("calc_order_details", finalized=False),
    "open_ticket": everywhere("tickets", status="closed"),
    "revoke_colocation_access": everywhere("colocation_access", status="granted"),
    "reactivate_colocation_access": everywhere("colocation_access", status="revoked"),
}
