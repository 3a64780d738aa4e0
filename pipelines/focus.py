"""The FOCUS datasets as files: typed Parquet for tools, CSV in the formats of the specification for everything else.

What is in them is decided by the models; here they are only written. Invoiced and accrued rows never share a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipelines.errors import UsageError
from pipelines.warehouse import Warehouse, reading, storage_errors

BASES = ("invoiced", "accrued")
TABLES = {
    **{f"focus_1_2_cost_and_usage_{base}": ("marts.focus_cost_and_usage", base) for base in BASES},
    **{f"focus_1_4_cost_and_usage_{base}": ("intermediate.int_focus_cost_and_usage__renamed", base) for base in BASES},
    "focus_1_4_invoice_detail": ("marts.focus_invoice_detail", None),
    "focus_1_4_billing_period": ("marts.focus_billing_period", None),
}
FORMATS = {
    "parquet": "format parquet, compression zstd",
    "csv": "format csv, header true, timestampformat '%Y-%m-%dT%H:%M:%SZ'",
}


def focus_folder(warehouse: Warehouse) -> Path:
    """Where the files go when nobody says otherwise."""
    return warehouse.folder / "focus"


def export_focus(warehouse: Warehouse, out: Path) -> list[Path]:
    """Writes every dataset of the published file in both formats and returns the files; each is replaced in one step.

    Raises UsageError when nothing is published, or nothing with FOCUS in it, and StorageError when the folder cannot be written.
    """
    written = []
    with storage_errors(out):
        out = out.resolve()
        with reading(warehouse.published, warehouse.memory_limit, writes_to=out) as connection:
            out.mkdir(parents=True, exist_ok=True)
            for name, (table, basis) in TABLES.items():
                for suffix, options in FORMATS.items():
                    path = out / f"{name}.{suffix}"
                    _write(connection, _query(table, basis), path, options)
                    written.append(path)
    return written


def _query(table: str, basis: str | None) -> str:
    chosen = f" where \"x_CostBasis\" = '{basis}'" if basis else ""
    return f"select * from {table}{chosen} order by all"


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    target = str(fresh).replace("'", "''")
    try:
        connection.execute(f"copy ({query}) to '{target}' ({options})")
        fresh.replace(path)
    except duckdb.CatalogException:
        raise UsageError("The published file has no FOCUS tables yet.", "Run `i3d build`, then export again.") from None
    finally:
        fresh.unlink(missing_ok=True)


def summarise(files: list[Path]) -> Iterator[tuple[str, int, str]]:
    """Name, rows, and the money by currency of each file of Parquet; its CSV has the same."""
    for path in files:
        if path.suffix == ".parquet":
            relation = duckdb.read_parquet(str(path))
            rows = relation.aggregate("count(*)").fetchone()
            money = relation.aggregate('"BillingCurrency", sum("BilledCost")', '"BillingCurrency"').order("1").fetchall() \
                if "BilledCost" in relation.columns else []
            yield path.stem, rows[0] if rows else 0, ", ".join(f"{amount.normalize():f} {code}" for code, amount in money)
