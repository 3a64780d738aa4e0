"""The columns of every raw table, from the row shapes: what dlt, the dbt sources and the dictionary are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, get_args

from pipelines.i3d.catalogue.vocabulary import COLUMNS, EXCEPTIONS, UNITS
from pipelines.i3d.operation import Operation
from pipelines.i3d.rows import WORDS, column, key_columns, parameter_column
from pipelines.i3d.shape import Field, Sensitivity, Shape

DataType = Literal["text", "bigint", "double", "bool", "json", "timestamp", "date"]
TYPES: Mapping[str, DataType] = {
    "id": "text", "text": "text", "integer": "bigint", "number": "double", "boolean": "bool",
    "object": "json", "list": "json", "any": "json",
}  # fmt: skip


SQL_TYPES: Mapping[DataType, str] = {
    "text": "varchar", "bigint": "bigint", "double": "double", "bool": "boolean", "json": "json", "timestamp": "timestamptz",
    "date": "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: dlt's data type, whether it is part of the key, and how sensitive it is, inside a JSON column at worst.

    `field` is what the API calls it, empty for what the loader adds.
    """

    name: str
    type: DataType
    key: bool = False
    sensitivity: Sensitivity = "public"
    unit: str = ""
    field: str = ""
    description: str = ""

    def hint(self) -> dict[str, Any]:
        """The column as dlt wants it."""
        return {"name": self.name, "data_type": self.type, "nullable": not self.key}


Columns = dict[str, Column]
SEEN = (
    Column("first_seen_at", "timestamp", unit="UTC, the load's clock"),
    Column("last_seen_at", "timestamp", unit="UTC, the load's clock"),
    Column("is_deleted", "bool"),
)
ASKED = Column("reread_digest", "text")
FILE = (
    Column("position", "bigint", key=True), Column("digest", "text"), Column("size_bytes", "bigint", unit="bytes"),
    Column("media_type", "text"), Column("path", "text"), Column("fetched_at", "timestamp"),
)  # fmt: skip
LOAD_LOG: Columns = {
    item.name: item
    for item in (
        Column("run_id", "text", key=True), Column("table_name", "text", key=True), Column("operation", "text"),
        Column("area", "text"), Column("as_of", "timestamp"), Column("started_at", "timestamp"),
        Column("finished_at", "timestamp"), Column("status", "text"), Column("row_count", "bigint"),
        Column("source_count", "bigint"), Column("missing_count", "bigint"), Column("requests", "bigint"),
        Column("seconds", "double"), Column("message", "text"), Column("unknown_fields", "json"),
        Column("is_full_sweep", "bool"), Column("is_newest_first", "bool"),
    )
}  # fmt: skip
LOAD_WINDOWS: Columns = {
    item.name: item
    for item in (
        Column("table_name", "text", key=True), Column("entity", "text", key=True), Column("day", "date", key=True),
        Column("asked_at", "timestamp"), Column("asks", "bigint"), Column("row_count", "bigint"),
        Column("first_stamp", "bigint", unit="unix seconds"), Column("last_stamp", "bigint", unit="unix seconds"),
        Column("missing_count", "bigint"), Column("digest", "text"), Column("state", "text"),
    )
}  # fmt: skip
LOAD_REJECTS: Columns = {
    item.name: item
    for item in (
        Column("table_name", "text", key=True), Column("entity", "text", key=True),
        Column("window_start", "timestamp", key=True), Column("asked_at", "timestamp"), Column("reason", "text"),
        Column("sample", "text"),
    )
}  # fmt: skip
LOAD_LENGTHS: Columns = {
    item.name: item
    for item in (
        Column("table_name", "text", key=True), Column("proved_days", "bigint", unit="days"),
        Column("refused_days", "bigint", unit="days"), Column("checked_at", "timestamp"),
    )
}  # fmt: skip


def described(table: str, columns: Columns) -> Columns:
    """The columns with what the vocabulary says of them; a column it does not know has no description."""
    return {
        name: replace(
            item, unit=item.unit or UNITS.get(name, ""), description=EXCEPTIONS.get(f"{table}.{name}", COLUMNS.get(name, "")),
        )
        for name, item in columns.items()
    }  # fmt: skip


# The loader's own tables, beside those of the catalogue.
OWN_TABLES: Mapping[str, tuple[str, Columns]] = {
    table: (description, described(table, columns))
    for table, columns, description in (
        ("load_log", LOAD_LOG, "One row per load and table: how it went."),
        ("load_windows", LOAD_WINDOWS, "One row per series, entity and day: when it was asked, what came, if it is final."),
        ("load_lengths", LOAD_LENGTHS, "One row per series: how many days one window may hold, and how many are too many."),
        ("load_rejects", LOAD_REJECTS, "One row per sample that could not be read, with its reason and its text."),
    )
}


@cache
def tables(operation: Operation) -> Mapping[str, Columns]:
    """Every table the operation fills, with its columns in order, the main one first."""
    main = _main(operation)
    found = {operation.table: main}
    keys = {name: main[name] for name in key_columns(operation)}
    if operation.observe:
        stamp = Column("observed_at", "timestamp", key=True, unit="UTC, the load's clock")
        live = {column(name): main[column(name)] for name in operation.observe}
        found[f"{operation.table}_observations"] = keys | {stamp.name: stamp} | live
    if operation.history:
        terms = {column(name): main[column(name)] for name in operation.history}
        valid = [Column(name, "timestamp", unit="UTC, the load's clock") for name in ("valid_from", "valid_to")]
        found[f"{operation.table}_history"] = keys | terms | {item.name: item for item in valid}
    return {table: described(operation.table, columns) for table, columns in found.items()}


def _main(operation: Operation) -> Columns:
    keys = set(key_columns(operation))
    parents = [Column(parameter_column(operation, name), "text") for name in operation.parameters]
    fields = [_of(name, item) for name, item in _landing_shape(operation).fields.items()]
    derived = [Column(column(name), "text") for name in operation.key if "." in name or name == "row_id"]
    own = {item.name: item for item in [*parents, *derived, *fields, *_bookkeeping(operation)]}
    return {name: replace(item, key=name in keys) for name, item in own.items()}


def _landing_shape(operation: Operation) -> Shape:
    """The shape of one landed row: samples of a series are unpacked from their envelope, which adds the unit."""
    if operation.mode == "file":
        return Shape("File")
    shape = operation.shape or WORDS
    data = shape.fields.get("data")
    if operation.mode == "series" and data is not None and isinstance(data.of, Shape):
        return Shape(data.of.name, {"unit": shape.fields["unit"], **data.of.fields})
    return shape


def _of(name: str, item: Field) -> Column:
    hashed = item.sensitivity == "personal" and not isinstance(item.of, Shape)
    inside = [one.sensitivity for _, one in Shape("", {name: item}).walk()]
    worst = max(inside, key=get_args(Sensitivity).index)
    return Column(column(name), "text" if hashed else TYPES[item.type], sensitivity=worst, unit=item.unit, field=name)


def _bookkeeping(operation: Operation) -> tuple[Column, ...]:
    if operation.mode == "file":
        return FILE
    if operation.mode == "entity":
        return SEEN
    if operation.mode == "series":
        position = (Column("position", "bigint"),) if "position" in operation.key else ()
        return (*position, Column("window_start", "timestamp", unit="UTC"))
    return (ASKED,) if operation.reread_on else ()


def ddl(schema: str, table: str, columns: Columns, *, dlt: bool = True) -> str:
    """The statement that creates a table where it does not exist, with the two columns that dlt keeps in its own tables."""
    own = [f'"{item.name}" {SQL_TYPES[item.type]}{" not null" if item.key else ""}' for item in columns.values()]
    marks = ["_dlt_load_id varchar not null", "_dlt_id varchar not null"] if dlt else []
    return f'create table if not exists {schema}."{table}" ({", ".join([*own, *marks])})'
