"""The FOCUS datasets as files: typed Parquet for tools, CSV in the formats of the specification for everything else.

What is in them is decided by the models; here they are only written. Invoiced and accrued rows never share a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb

from pipelines.errors import StorageError, UsageError
from pipelines.warehouse import Warehouse, in_one_step, reading, storage_errors

BASES = ("invoiced", "accrued")
TABLES = {
    **{f"focus_1_2_cost_and_usage_{basis}": ("marts.focus_cost_and_usage", basis) for basis in BASES},
    **{f"focus_1_4_cost_and_usage_{basis}": ("intermediate.int_focus_cost_and_usage__renamed", basis) for basis in BASES},
    "focus_1_4_invoice_detail": ("marts.focus_invoice_detail", None),
    "focus_1_4_billing_period": ("marts.focus_billing_period", None),
}
FORMATS = {
    "parquet": "format parquet, compression zstd",
    "csv": "format csv, header true, timestampformat '%Y-%m-%dT%H:%M:%SZ'",
}
# Readers shall see moments in UTC and JSON as the text that FOCUS means, not as a type of their own.
TYPES = {"TIMESTAMP": "timestamp with time zone", "JSON": "varchar"}


def focus_folder(warehouse: Warehouse) -> Path:
    """Where the files lie unless somebody wants them elsewhere."""
    return warehouse.folder / "focus"


def export_focus(warehouse: Warehouse, out: Path) -> list[Path]:
    """Writes every dataset of the published file into a folder, in both formats, each file in one step; the paths.

    Raises UsageError when nothing is published or nothing with FOCUS in it, StorageError when the folder cannot be written.
    """
    written, folder = [], out.resolve()
    with storage_errors(out), reading(warehouse.published, warehouse.memory_limit, writes_to=folder) as connection:
        folder.mkdir(parents=True, exist_ok=True)
        for name, (table, basis) in TABLES.items():
            query = _query(connection, table, basis)
            for suffix, options in FORMATS.items():
                path = folder / f"{name}.{suffix}"
                written.append(in_one_step(path, partial(_copy, connection, query, options)))
    return written


def _query(connection: duckdb.DuckDBPyConnection, table: str, basis: str | None) -> str:
    try:
        columns = connection.execute(f"describe {table}").fetchall()
    except duckdb.CatalogException:
        raise UsageError("The published file has no FOCUS tables yet.", "Run `i3d build`, then export again.") from None
    listed = ", ".join(f'cast("{name}" as {TYPES.get(kind, kind)}) as "{name}"' for name, kind, *_ in columns)
    chosen = f" where \"x_CostBasis\" = '{basis}'" if basis else ""
    return f"select {listed} from {table}{chosen} order by all"  # noqa: S608


def _copy(connection: duckdb.DuckDBPyConnection, query: str, options: str, path: Path) -> None:
    target = str(path).replace("'", "''")
    try:
        connection.execute(f"copy ({query}) to '{target}' ({options})")
    except duckdb.IOException as error:
        is_full = "No space" in str(error)
        raise StorageError(f"{path.parent} cannot be written ({'the disk is full' if is_full else error}).") from None


def summarise(files: list[Path]) -> Iterator[tuple[str, int, str]]:
    """Name, rows, and the money by currency of each Parquet file; its CSV file has the same."""
    for path in files:
        if path.suffix == ".parquet":
            relation = duckdb.read_parquet(str(path))
            yield path.stem, len(relation), ", ".join(_money(relation))


def _money(relation: duckdb.DuckDBPyRelation) -> Iterator[str]:
    if "BilledCost" in relation.columns:
        sums = relation.aggregate('"BillingCurrency", sum("BilledCost")', '"BillingCurrency"').order("1")
        for code, amount in sums.fetchall():
            yield f"{amount:,.2f} {code}"
