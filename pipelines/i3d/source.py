"""A catalogue area as a dlt source, built from rows that are already in hand: one resource per raw table.

Every resource brings its declared columns, so that a table is typed even when the account has no such thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract import DltResource

from pipelines.i3d.columns import Columns, tables
from pipelines.i3d.landing import Landed
from pipelines.i3d.operation import Operation
from pipelines.i3d.rows import Row, key_columns, parameter_column
from pipelines.i3d.series import Batch

CONTRACT: Any = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}
REPLACED = frozenset({"reference", "current"})


def area_source(area: str, landed: Iterable[Landed], now: datetime) -> Any:
    """The source `i3d_<area>` of what was landed; an operation whose load failed has no part in it and keeps its rows."""

    @dlt.source(name=f"i3d_{area}", max_table_nesting=0)
    def source() -> Iterator[DltResource]:
        for one in landed:
            for table, columns in tables(one.operation).items():
                if table in one.rows:
                    yield resource(one.operation, table, columns, one.rows[table], now)

    return source()


def series_source(batch: Batch) -> Any:
    """The source of one batch of samples: every day of every entity in it replaces what was there of that day."""
    operation = batch.operation
    columns = tables(operation)[operation.table]
    ids = [parameter_column(operation, name) for name in operation.parameters]

    @dlt.source(name="i3d_series", max_table_nesting=0)
    def source() -> Iterator[DltResource]:
        hints: Any = [item.hint() for item in columns.values()]
        strict = pa.schema([item.with_nullable(not columns[item.name].key) for item in batch.table.schema])
        yield dlt.resource(
            [batch.table.cast(strict)], name=operation.table, columns=hints, merge_key=[*ids, "window_start"],
            write_disposition={"disposition": "merge", "strategy": "delete-insert"}, schema_contract=CONTRACT,
        )  # fmt: skip

    return source()


def resource(operation: Operation, table: str, columns: Columns, rows: list[Row], now: datetime) -> DltResource:
    """One raw table and its rows."""
    hints: Any = [item.hint() for item in columns.values() if item.name not in ("valid_from", "valid_to")]
    made: DltResource = dlt.resource(
        _items(rows),
        name=table,
        columns=hints,
        primary_key=[name for name, item in columns.items() if item.key],
        merge_key="window_start" if operation.window == "month" else "",
        write_disposition=disposition(operation, table, now),
        schema_contract=CONTRACT,
    )
    return made


def disposition(operation: Operation, table: str, now: datetime) -> Any:
    """How a table takes new rows: reference data is replaced, versions are kept, all else is merged on its key."""
    if table.endswith("_history"):
        return {
            "disposition": "merge", "strategy": "scd2", "boundary_timestamp": now.isoformat(),
            "validity_column_names": ["valid_from", "valid_to"],
        }  # fmt: skip
    if table == operation.table and (operation.mode in REPLACED or not key_columns(operation)):
        return "replace"
    return {"disposition": "merge", "strategy": "delete-insert"}


def _items(rows: list[Row]) -> Iterator[Any]:
    yield dlt.mark.materialize_table_schema()
    yield rows
