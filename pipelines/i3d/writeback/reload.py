"""After a write: loads what it touched again, single rows by their own read, else the table. What goes wrong is a warning,
for the write has happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.errors import I3DError
from pipelines.i3d.catalogue import BY_TABLE, OPERATIONS
from pipelines.i3d.client import Client
from pipelines.i3d.fetch import Fetched, Job, Parameters, Part
from pipelines.i3d.history import History
from pipelines.i3d.landing import Lander
from pipelines.i3d.load import Request, load, refuse_backwards
from pipelines.i3d.operation import Operation
from pipelines.i3d.rows import Privacy
from pipelines.i3d.selection import select
from pipelines.i3d.store import Store
from pipelines.i3d.writeback.effect import effect_of
from pipelines.keys import pseudonym_key
from pipelines.warehouse import Warehouse

DETAILS = {line.rereads: line for line in OPERATIONS if line.rereads and BY_TABLE[line.rereads].mode == "entity"}
MANY = 10


@dataclass(frozen=True, slots=True)
class Touched:
    """One write that has happened: its path parameters, and the id of what it created where that is known."""

    operation: Operation
    parameters: Parameters
    key: str = ""


def reload(client: Client, warehouse: Warehouse, touched: Iterable[Touched]) -> list[str]:
    """Loads into the private file as of the load's clock; returns what went wrong, in sentences.

    A row that is read alone leaves `<table>_history` to the next load: one row does not tell which others have ended.
    """
    from pipelines.demo import refuse_demo

    listed = list(touched)
    tables = tuple(dict.fromkeys(table for one in listed for table in one.operation.reloads))
    if not tables:
        return []
    try:
        refuse_demo(warehouse, client.settings.base_url)
        done = _load_rows(client, warehouse, listed, tables) if warehouse.private.exists() else set()
        whole = [table for table in tables if table not in done]
        if not whole:
            return []
        report = load(client, warehouse, Request(select(whole), client.settings.clock()))
    except I3DError as error:
        return [f"The write was applied, but {', '.join(tables)} could not be loaded again: {error}"]
    missed = [row for row in report.tables if row["status"] != "loaded"]
    return [f"{row['table_name']} could not be loaded again: {row['message']}" for row in missed]


def _load_rows(client: Client, warehouse: Warehouse, touched: list[Touched], tables: tuple[str, ...]) -> set[str]:
    """Loads single rows where the API has a read for them; the tables that need no more than that."""
    fetched = [found for table in tables if (found := _fetch(client, table, touched)) is not None]
    if not fetched:
        return set()
    now, privacy = client.settings.clock(), Privacy(pseudonym_key(client.settings, warehouse), client.settings.land_unknown)
    with warehouse.writing():
        store = Store(warehouse)
        store.create_tables()
        with warehouse.session() as rows:
            history = History(rows, privacy, now)
            refuse_backwards(history, now)
            lander = Lander(history, now, warehouse.documents, partial=True)
            landed = [lander.land(one, None) for one in fetched]
        store.keep(landed, now)
    return {one.operation.table for one in landed if one.error is None}


def _fetch(client: Client, table: str, touched: list[Touched]) -> Fetched | None:
    """The touched rows of a table, nothing where only the list can tell: something is gone, or too much has changed."""
    detail, listed = DETAILS.get(table), BY_TABLE[table]
    mine = [one for one in touched if table in one.operation.reloads]
    if detail is None or len(mine) > MANY or any(effect_of(one.operation).kind in ("gone", "renamed") for one in mine):
        return None
    fetched = Fetched(listed)
    for one in mine:
        given = one.parameters | ({detail.parameters[-1]: one.key} if one.key else {})
        if not set(detail.parameters) <= given.keys():
            return None
        own = {name: given[name] for name in detail.parameters}
        try:
            sweep = client.rows(detail, own)
        except I3DError:
            return None
        fetched.parts.append(Part(Job(listed, {name: given[name] for name in listed.each}, {}), sweep))
    return fetched
