"""Reads of the published file for people: a query, locked down, as a frame, a table, csv, json or parquet.

Ready-made queries lie in `sql/queries/`: one SELECT each, whose first line is `-- asks: ` and the question.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from pipelines.errors import UsageError
from pipelines.i3d.selection import suggest
from pipelines.settings import read_settings
from pipelines.warehouse import Warehouse, fetch_rows, reading, storage_errors

Format = Literal["table", "csv", "json", "parquet"]
FOLDER = Path(__file__).resolve().parent.parent / "sql" / "queries"
ASKS = "-- asks: "


@dataclass(frozen=True, slots=True)
class Query:
    """A ready-made SELECT and the question it answers."""

    name: str
    asks: str
    sql: str


def ready_made() -> list[Query]:
    """The queries of `sql/queries/`, by name."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.sql"))}
    return [Query(name, sql.splitlines()[0].removeprefix(ASKS), sql) for name, sql in texts.items()]


def choose_query(words: str | None, file: Path | None) -> str:
    """The SQL of a file, of a ready-made query (`@name`), or the words themselves. Raises UsageError."""
    if file is not None:
        if words is not None:
            raise UsageError("There is a query and a file.", "Give one of them.")
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"{file} cannot be read.", "Name a text file with one SELECT.") from None
    if words is None or not words.startswith("@"):
        return words or ""
    known = {one.name: one.sql for one in ready_made()}
    if words[1:] not in known:
        raise UsageError(f"There is no query {words}.", suggest(words[1:], known, "i3d query"))
    return known[words[1:]]


def read(sql: str) -> pd.DataFrame:
    """The rows of a query on the published file that is nearest, as a frame; the file is closed again.

    `@name` is a ready-made query. DECIMAL becomes float64: add money up in SQL. Raises UsageError as `run_query`.
    """
    return run_query(nearest_warehouse(), choose_query(sql, None))


def nearest_warehouse() -> Warehouse:
    """The warehouse of the settings, for a notebook, which lies in a folder of its own.

    A relative path, and a file `.env`, are looked for in the working directory and then above it. Raises UsageError.
    """
    settings = read_settings(_env_file=_above(Path(".env")))
    return Warehouse(_above(settings.warehouse), settings.memory_limit)


def _above(path: Path) -> Path:
    """The nearest such file, here or in a folder above; the path itself where there is none."""
    here = Path.cwd()
    return next((folder / path for folder in (here, *here.parents) if (folder / path).exists()), path.absolute())


def run_query(warehouse: Warehouse, sql: str) -> pd.DataFrame:
    """The rows of a query on the published file, as a frame.

    Raises UsageError when the SQL is wrong or tries anything but reading the warehouse.
    """
    with _answer(warehouse, sql) as relation:
        return relation.df() if relation.description else pd.DataFrame()


def query_rows(warehouse: Warehouse, sql: str) -> list[dict[str, Any]]:
    """The rows of a query as plain Python values, columns by name. Errors as `run_query`."""
    with _answer(warehouse, sql) as relation:
        return fetch_rows(relation)


@contextmanager
def _answer(warehouse: Warehouse, sql: str) -> Iterator[duckdb.DuckDBPyConnection]:
    with reading(warehouse.published, warehouse.memory_limit) as connection:
        try:
            if not connection.extract_statements(sql):
                raise UsageError("There is no statement in it.", "`i3d query` alone lists ready-made ones.")
            yield connection.execute(sql)
        except duckdb.Error as error:
            said = " ".join(str(error).split("\n\nLINE")[0].split())
            dot = "" if said.endswith(("?", "!", ".")) else "."
            raise UsageError(f"DuckDB: {said}{dot}", "`i3d query \"show all tables\"` lists what there is.") from None


def query_table(warehouse: Warehouse, sql: str) -> pa.Table:
    """The rows of a query as an Arrow table, in which DECIMAL and DATE stay what they are. Errors as `run_query`."""
    with _answer(warehouse, sql) as relation:
        return relation.to_arrow_table()


def write_table(table: pa.Table, form: Format, path: Path | None) -> str:
    """Writes rows as csv, json or parquet to a file, or returns them as text where no file is named.

    Raises UsageError for Parquet without a file, StorageError where the file cannot be written.
    """
    if form == "parquet" and path is None:
        raise UsageError("Parquet needs a file.", "Add --out FILE.")
    if path is None:
        return _text_of(table, form)
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if form == "parquet":
            parquet.write_table(table, path)
        else:
            path.write_text(_text_of(table, form), encoding="utf-8")
    return ""


def _text_of(table: pa.Table, form: Format) -> str:
    if form == "json":
        return json.dumps(table.to_pylist(), indent=1, default=_plain, ensure_ascii=False)
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(table.column_names)
    lines.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return text.getvalue()


def _plain(value: object) -> object:
    """A number of JSON for a DECIMAL or HUGEINT, the text of anything else."""
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
