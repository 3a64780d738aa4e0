"""After a write: loads the touched tables again. What goes wrong here is a warning, for the write has happened."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.errors import I3DError
from pipelines.i3d.client import Client
from pipelines.i3d.load import Request, load
from pipelines.i3d.selection import select
from pipelines.warehouse import Warehouse


def reload(client: Client, warehouse: Warehouse, tables: Iterable[str]) -> list[str]:
    """Loads tables into the private file as of the load's clock; returns what went wrong, in sentences."""
    from pipelines.demo import refuse_demo

    chosen = tuple(tables)
    if not chosen:
        return []
    try:
        refuse_demo(warehouse, client.settings.base_url)
        report = load(client, warehouse, Request(select(chosen), client.settings.clock()))
    except I3DError as error:
        return [f"The write was applied, but {', '.join(chosen)} could not be loaded again: {error}"]
    missed = [row for row in report.tables if row["status"] != "loaded"]
    return [f"{row['table_name']} could not be loaded again: {row['message']}" for row in missed]
