"""People who may enter the data centre, and their identity documents.

Nobody is vetted: a request stays pending until it is revoked or reactivated.
"""

from __future__ import annotations

from typing import Any

from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body
from pipelines.simulator.writes.change import Change, Parameters, handlers
from pipelines.simulator.writes.rows import create, delete, update

TABLE = "colocation_access"


def rename_racks(body: Body) -> Row:
    """The body as a row: the list of racks is plural there, and a body without one asks for all racks."""
    racks: Any = body.get("colocatedAccessServer") or []
    rest = {name: value for name, value in body.items() if name != "colocatedAccessServer"}
    return {**rest, "colocatedAccessServers": racks}


def await_vetting(world: World, row: Row) -> Row:
    """Nothing is known yet about a person who has just been named."""
    dates = dict.fromkeys(("dateverified", "dateonlist", "dateofflist"), "")
    asked_by = world.find("session_user")["userId"]
    return {**dates, "visitorId": row["visitorId"] or row["id"] + 1, "createdBy": asked_by, "newEntry": 1, "status": "pending"}


def ask_for_access(world: World, body: Body, parameters: Parameters) -> Row | None:
    """A new person at the door."""
    return create(TABLE, await_vetting)(world, rename_racks(body), parameters)


def update_access(world: World, body: Body, parameters: Parameters) -> Row | None:
    """Other details of a person, other racks."""
    return update(TABLE)(world, rename_racks(body), parameters)


def set_status(status: str) -> Change:
    """The change of a person's right to enter."""
    return update(TABLE, lambda _world, _row: {"status": status})


WRITES = handlers(
    create_colocation_access=ask_for_access,
    update_colocation_access=update_access,
    delete_colocation_access=delete(TABLE),
    revoke_colocation_access=set_status("revoked"),
    reactivate_colocation_access=set_status("granted"),
    create_access_document=create("colocation_access_documents"),
    update_access_document=update("colocation_access_documents"),
    delete_access_document=delete("colocation_access_documents"),
)
