"""A catalogue area as a dlt source, built from rows that are already in hand: one resource per raw table.

Every resource brings its declared columns, so that a table is typed even when the account has no such thing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract import DltResource

from pipelines.i3d.columns import Columns, tables
from pipelines.i3d.harvest import Batch
from pipelines.i3d.landing import Landed
from pipelines.i3d.operation import Operation
from pipelines.i3d.rows import Row, key_columns, parameter_column

CONTRACT: Any = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}
REPLACED_BY_DAY: Any = {"disposition": "merge", "strategy": "delete-insert"}
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


def series_source(batches: Iterable[Batch], added: Collection[str]) -> Any:
    """The source of batches of samples: every day of every entity in them replaces what was there of that day.

    Into the tables `added`, which hold nothing of these days, they are written once and not by way of a second table.
    """

    @dlt.source(name="i3d_series", max_table_nesting=0)
    def source() -> Iterator[DltResource]:
        for batch in batches:
            if batch.rows:
                yield _samples(batch, "append" if batch.operation.table in added else REPLACED_BY_DAY)

    return source()


def _samples(batch: Batch, disposition: Any) -> DltResource:
    operation = batch.operation
    columns = tables(operation)[operation.table]
    hints: Any = [item.hint() for item in columns.values()]
    made: DltResource = dlt.resource(
        _row_groups(batch, columns), name=operation.table, columns=hints, merge_key=day_key(operation),
        write_disposition=disposition, schema_contract=CONTRACT,
    )  # fmt: skip
    return made


def _row_groups(batch: Batch, columns: Columns) -> Iterator[pa.Table]:
    """Each table becomes a row group of its own, so that DuckDB reads several at once, and is let go."""
    while batch.tables:
        table = batch.tables.pop(0)
        yield table.cast(pa.schema([item.with_nullable(not columns[item.name].key) for item in table.schema]))


def day_key(operation: Operation) -> list[str]:
    """The columns that tell the days of a series apart."""
    return [*(parameter_column(operation, name) for name in operation.parameters), "window_start"]


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
