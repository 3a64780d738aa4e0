"""The record inside the warehouse: table `ops.write_operations`, copied anew by every build, empty where nothing was written.

The sqlite file stays the original. DuckDB's own sqlite reader would have to be downloaded, so the rows travel as Arrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

import pyarrow as pa

from pipelines.i3d.writeback.journal import Entry, Journal
from pipelines.warehouse import Warehouse

DESCRIPTION = "One row per write that was tried or planned, in its newest state: a copy of `ops.sqlite`."
RECORD: Mapping[str, tuple[pa.DataType, str]] = {
    "run_id": (pa.string(), "The run of `i3d write` it belongs to."),
    "plan_hash": (pa.string(), "Hash of the plan."),
    "operation": (pa.string(), "The operation of the catalogue."),
    "target_key": (pa.string(), "What is changed: `<kind>/<id>`."),
    "risk": (pa.int32(), "From 0, changes little, to 5, locked."),
    "status": (pa.string(), "planned, noop, sent, applied, failed, unknown, settled or refused."),
    "dry_run": (pa.bool_(), "Whether it was only a plan."),
    "http_status": (pa.int32(), "The status of the answer; NULL without one."),
    "attempts": (pa.int32(), "How many requests were sent for it."),
    "started_at": (pa.timestamp("us"), "When it began, UTC, by the real clock."),
    "finished_at": (pa.timestamp("us"), "When it ended, UTC; NULL while it has not."),
    "actor": (pa.string(), "Who planned or applied it: `I3D_ACTOR`, as it was set."),
    "approver": (pa.string(), "Who approved it; NULL where nobody had to."),
    "request_digest": (pa.string(), "Digest of the request under `ops.key`; its values are kept nowhere."),
    "response_digest": (pa.string(), "Digest of the answer under `ops.key`; NULL without one."),
    "message": (pa.string(), "Why it was refused, failed, or how it was settled."),
}
SCHEMA = pa.schema({name: kind for name, (kind, _) in RECORD.items()})
TIMES = ("started_at", "finished_at")
assert RECORD.keys() <= {item.name for item in fields(Entry)}


def copy_record(warehouse: Warehouse) -> None:
    """Replaces `ops.write_operations` in the private file by the newest state of every attempt; times are UTC."""
    rows = pa.Table.from_pylist([_row(entry) for entry in Journal.of(warehouse).latest()], schema=SCHEMA)
    with warehouse.connect() as connection:
        connection.register("record", rows)
        connection.execute("create schema if not exists ops")
        connection.execute("create or replace table ops.write_operations as select * from record")
        connection.unregister("record")


def _row(entry: Entry) -> dict[str, object]:
    row = {name: getattr(entry, name) for name in RECORD}
    return row | {name: datetime.fromisoformat(row[name]).replace(tzinfo=None) if row[name] else None for name in TIMES}
