"""A catalogue area as a dlt source, built from rows that are already in hand: one resource per raw table.

Every table gets its declared columns, so that it exists and is typed even when the account has no such thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import dlt
from dlt.extract import DltResource

from pipelines.i3d.columns import Columns, tables
from pipelines.i3d.landing import Landed
from pipelines.i3d.operation import Operation
from pipelines.i3d.rows import Row, key_columns

CONTRACT: Any = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}
REPLACED = frozenset({"reference", "current"})


def area_source(area: str, landed: Iterable[Landed], empty: Iterable[Operation], now: datetime) -> Any:
    """The source `i3d_<area>` with what was landed, and the bare tables of operations that only need to exist.

    An operation whose load failed touches nothing: its tables are created where they are missing, and keep their rows.
    """

    @dlt.source(name=f"i3d_{area}", max_table_nesting=0)
    def source() -> Iterator[DltResource]:
        for one in landed:
            for table, columns in tables(one.operation).items():
                yield resource(one.operation, table, columns, None if one.error else one.rows[table], now)
        for operation in empty:
            for table, columns in tables(operation).items():
                yield resource(operation, table, columns, None, now)

    return source()


def resource(operation: Operation, table: str, columns: Columns, rows: list[Row] | None, now: datetime) -> DltResource:
    """One raw table; `rows` None leaves what is there."""
    hints: Any = [item.hint() for item in columns.values() if item.name not in ("valid_from", "valid_to")]
    made: DltResource = dlt.resource(
        _items(rows or []),
        name=table,
        columns=hints,
        primary_key=[name for name, item in columns.items() if item.key],
        merge_key="window_start" if operation.window == "month" else "",
        write_disposition="append" if rows is None else disposition(operation, table, now),
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
