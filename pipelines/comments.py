"""The descriptions of tables and columns as comments of the private file, from where they are published with it.

dbt could do that for its models (`persist_docs`), at several times the cost, and not for raw tables.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.dictionary import Entry, read_dictionary
from pipelines.warehouse import RAW, Warehouse

BOOKS = "dlt's own bookkeeping."
WAITING = "Where dlt puts rows while it loads; empty afterwards."
THERE = """
select schema_name, table_name, 'table' as kind, null as column_name, comment from duckdb_tables()
union all select schema_name, view_name, 'view', null, comment from duckdb_views() where not internal
union all select schema_name, table_name, 'column', column_name, comment from duckdb_columns() where not internal
"""


def write_comments(warehouse: Warehouse) -> None:
    """Comments on every table, view and column that has a description and does not say it yet; a new view says nothing."""
    entries = {(one.schema, one.name): one for one in read_dictionary()}
    with warehouse.connect() as connection:
        connection.execute("; ".join(["begin", *_statements(connection, entries), "commit"]))


def _statements(connection: duckdb.DuckDBPyConnection, entries: dict[tuple[str, str], Entry]) -> Iterator[str]:
    for schema, table, kind, column, said in connection.execute(THERE).fetchall():
        text = _text(schema, table, column, entries.get((schema, table)))
        if text and text != said:
            name = ".".join('"{}"'.format(part.replace('"', '""')) for part in (schema, table, column) if part)
            yield "comment on {} {} is '{}'".format(kind, name, text.replace("'", "''"))


def _text(schema: str, table: str, column: str | None, entry: Entry | None) -> str:
    if schema == f"{RAW}_staging":
        return "" if column else WAITING
    if schema == RAW and table.startswith("_dlt"):
        return BOOKS
    if entry is None or (column is not None and column not in entry.columns):
        return ""
    return entry.description if column is None else entry.columns[column].comment
