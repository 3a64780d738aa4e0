"""The record inside the warehouse: table `ops.write_operations`, copied anew by every build, empty where nothing was written.

The sqlite file stays the original. DuckDB's own sqlite reader would have to be downloaded, so the rows travel as Arrow.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

import pyarrow as pa

from pipelines.i3d.writeback.journal import Entry, Journal
from pipelines.warehouse import Warehouse

COLUMNS = {
    "run_id": pa.string(), "plan_hash": pa.string(), "operation": pa.string(), "target_key": pa.string(), "risk": pa.int32(),
    "status": pa.string(), "dry_run": pa.bool_(), "http_status": pa.int32(), "attempts": pa.int32(),
    "started_at": pa.timestamp("us"), "finished_at": pa.timestamp("us"), "actor": pa.string(), "approver": pa.string(),
    "request_digest": pa.string(), "response_digest": pa.string(), "message": pa.string(),
}  # fmt: skip
TIMES = ("started_at", "finished_at")
assert COLUMNS.keys() <= {item.name for item in fields(Entry)}


def copy_record(warehouse: Warehouse) -> None:
    """Replaces `ops.write_operations` in the private file by the newest state of every attempt; times are UTC."""
    rows = pa.Table.from_pylist([_row(entry) for entry in Journal.of(warehouse).latest()], schema=pa.schema(COLUMNS))
    with warehouse.connect() as connection:
        connection.register("record", rows)
        connection.execute("create schema if not exists ops")
        connection.execute("create or replace table ops.write_operations as select * from record")
        connection.unregister("record")


def _row(entry: Entry) -> dict[str, object]:
    row = {name: getattr(entry, name) for name in COLUMNS}
    return row | {name: datetime.fromisoformat(row[name]).replace(tzinfo=None) if row[name] else None for name in TIMES}
