"""Reads of the published file for people: a query, locked down, as a frame, a table, csv, json or parquet.

Ready-made queries lie in `sql/queries/`: one SELECT each, whose first line is `-- asks: ` and the question.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import pandas as pd

from pipelines.errors import UsageError
from pipelines.i3d.selection import suggest
from pipelines.settings import read_settings
from pipelines.warehouse import Warehouse, fetch_rows, reading

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
            yield connection.execute(sql)
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            raise UsageError(f"DuckDB: {said}", "`i3d query \"show all tables\"` lists what there is.") from None


def write_frame(frame: pd.DataFrame, form: Format, path: Path | None) -> str:
    """Writes a frame as csv, json or parquet to a file, or returns it as text where no file is named."""
    if form == "parquet":
        if path is None:
            raise UsageError("Parquet needs a file.", "Add --out FILE.")
        frame.to_parquet(path, index=False)
        return ""
    text = frame.to_csv(index=False) if form == "csv" else frame.to_json(orient="records", date_format="iso", indent=1)
    if path is None:
        return str(text)
    path.write_text(str(text))
    return ""
