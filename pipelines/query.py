"""Reads of the published file for people: a query, locked down, as a table or as csv, json, parquet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import duckdb
import pandas as pd

from pipelines.errors import UsageError
from pipelines.warehouse import Warehouse, reading

Format = Literal["table", "csv", "json", "parquet"]


def run_query(warehouse: Warehouse, sql: str) -> pd.DataFrame:
    """The rows of a query on the published file, as a frame.

    Raises UsageError when the SQL is wrong or tries anything but reading the warehouse.
    """
    with _answer(warehouse, sql) as relation:
        return relation.df() if relation.description else pd.DataFrame()


def query_rows(warehouse: Warehouse, sql: str) -> list[dict[str, Any]]:
    """The rows of a query as plain Python values, columns by name. Errors as `run_query`."""
    with _answer(warehouse, sql) as relation:
        names = [item[0] for item in relation.description or ()]
        return [dict(zip(names, row, strict=True)) for row in relation.fetchall()] if names else []


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
