"""Looks at everything a load depends on and says what it found: settings, key, clock, rights, disk, versions, freshness."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Literal

import duckdb

from pipelines.errors import AuthError, I3DError, NotAllowedError, UsageError
from pipelines.i3d.client import Client
from pipelines.i3d.operation import Operation
from pipelines.i3d.paging import ranged
from pipelines.i3d.selection import LISTS
from pipelines.i3d.writeback import Journal
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse, reading

Status = Literal["ok", "note", "bad"]
ENOUGH_DISK = 2 * 10**9
PACKAGES = ("dlt", "duckdb", "dagster", "dbt-core", "dbt-duckdb", "httpx", "pandas")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    status: Status
    said: str


def examine(settings: Settings, warehouse: Warehouse) -> Iterator[Finding]:
    """Every finding, cheap ones first; one request for each list the key could read."""
    yield Finding("python", "ok", sys.version.split()[0])
    yield Finding("packages", "ok", ", ".join(f"{name} {version(name)}" for name in PACKAGES))
    yield _disk(warehouse)
    yield _freshness(warehouse)
    yield _writes(settings, warehouse)
    yield Finding("clock", "ok", f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC; loads as of {settings.clock():%Y-%m-%d %H:%M:%S}")
    yield Finding("address", "ok", settings.base_url)
    yield from _rights(settings)


def _disk(warehouse: Warehouse) -> Finding:
    folder = next(path for path in (warehouse.folder, *warehouse.folder.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    return Finding("disk", "ok" if free > ENOUGH_DISK else "bad", f"{free / 10**9:.1f} GB free at {folder}")


def _freshness(warehouse: Warehouse) -> Finding:
    try:
        with reading(warehouse.published) as connection:
            newest = connection.execute("select max(last_loaded_at), count(*) from marts.load_health").fetchone() or (None, 0)
    except UsageError:
        return Finding("warehouse", "note", f"{warehouse.published} does not exist yet")
    except duckdb.CatalogException:
        return Finding("warehouse", "bad", f"{warehouse.published} holds no marts")
    return Finding("warehouse", "ok", f"{warehouse.published}: {newest[1]} tables, last loaded {newest[0]}")


def _writes(settings: Settings, warehouse: Warehouse) -> Finding:
    count = len(Journal.of(warehouse).unsettled(settings.base_url))
    if count:
        return Finding("writes", "note", f"{count} of unknown outcome: `i3d write resolve`")
    return Finding("writes", "ok", "no outcome is unknown")


def _rights(settings: Settings) -> Iterator[Finding]:
    try:
        with Client(settings) as client:
            for operation in LISTS:
                yield _right(client, operation)
    except AuthError as error:
        yield Finding("key", "bad", str(error))


def _right(client: Client, operation: Operation) -> Finding:
    try:
        client.ask(operation, headers=ranged(0, 1) if operation.paged else {})
    except NotAllowedError:
        return Finding(operation.table, "note", "the key may not read it")
    except AuthError:
        raise
    except I3DError as error:
        return Finding(operation.table, "bad", error.message)
    return Finding(operation.table, "ok", "readable")
