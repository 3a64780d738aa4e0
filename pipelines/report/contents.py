"""What the report shows, read from the published file in one short read: rows, the clock, and what each mart says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.errors import UsageError
from pipelines.report.layout import Table
from pipelines.warehouse import Warehouse, fetch_rows, reading

MARTS = "select table_name, comment from duckdb_tables() where schema_name = 'marts'"
COLUMNS = "select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'"
CLOCK = "select * from marts.clock"


@dataclass(frozen=True, slots=True)
class Contents:
    """Rows by the name of their table, the clock (empty before the first load), descriptions by mart and by its columns."""

    rows: dict[str, list[dict[str, Any]]]
    clock: dict[str, Any]
    marts: dict[str, str]
    columns: dict[tuple[str, str], str]


def read_contents(warehouse: Warehouse, tables: Iterable[Table]) -> Contents:
    """Reads the published file. Raises UsageError where there is none, or its marts are those of another version."""
    with reading(warehouse.published, warehouse.memory_limit) as connection:
        try:
            rows = {table.name: fetch_rows(connection.execute(table.sql())) for table in tables}
            clock = fetch_rows(connection.execute(CLOCK))
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            said = str(error).splitlines()[0]
            raise UsageError(f"{warehouse.published} was built by another version ({said}).", "Run `i3d build`.") from None
        marts = {name: comment or "" for name, comment in connection.execute(MARTS).fetchall()}
        columns = {(mart, name): comment or "" for mart, name, comment in connection.execute(COLUMNS).fetchall()}
    return Contents(rows, clock[0] if clock else {}, marts, columns)
