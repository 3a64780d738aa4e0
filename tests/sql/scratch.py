"""How the tests of the models make a warehouse: every raw table as a load makes it, a few rows, and dbt run over them.

No test is in here, and no row.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipelines.generate import ROOT
from pipelines.i3d.catalogue import OPERATIONS
from pipelines.i3d.columns import OWN_TABLES, Columns, ddl, tables
from pipelines.terms import OWN, lend_terms
from pipelines.warehouse import RAW

Rows = Mapping[str, Sequence[Mapping[str, Any]] | pa.Table]


def raw_tables() -> dict[str, Columns]:
    """Every raw table with its columns."""
    found: dict[str, Columns] = {table: columns for table, (_, columns) in OWN_TABLES.items()}
    for operation in OPERATIONS:
        if operation.table:
            found |= tables(operation)
    return found


def write_raw(path: Path, rows: Rows) -> None:
    """Makes the file with all raw tables, those without rows empty; columns a row does not name are NULL.

    Many rows come as an Arrow table.
    """
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"set TimeZone = 'UTC'; create schema {RAW}")
        for table, columns in raw_tables().items():
            connection.execute(ddl(RAW, table, columns, dlt=False))
            given = rows.get(table, ())
            if isinstance(given, pa.Table):
                connection.register("given", given)
                connection.execute(f"insert into {RAW}.{table} by name select * from given")
                continue
            for row in given:
                values = [json.dumps(value) if isinstance(value, (dict, list)) else value for value in row.values()]
                marks = ", ".join("?" for _ in values)
                connection.execute(f"insert into {RAW}.{table} ({', '.join(row)}) values ({marks})", values)


def build_models(path: Path, *arguments: str, terms: Path | None = None) -> None:
    """Runs and tests the models with these settings files, else those of I3D_SETTINGS_FOLDER; fails with dbt's own words."""
    work = path.parent / "dbt"
    command = [
        sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "build", "--indirect-selection", "cautious",
        "--project-dir", str(ROOT / "sql"), "--profiles-dir", str(ROOT / "sql"), "--target-path", str(work / "target"),
        "--log-path", str(work / "logs"),
        *arguments,
    ]  # fmt: skip
    environment = os.environ | {
        "I3D_BUILD_FILE": str(path),
        "I3D_SETTINGS_FOLDER": str(lend_terms(terms or Path(os.environ.get("I3D_SETTINGS_FOLDER", OWN)), work / "settings")),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        quiet = (" OK ", " PASS ", " START ", " SKIP ")
        lines = (done.stdout + done.stderr).splitlines()
        pytest.fail("\n".join(line for line in lines if not any(word in line for word in quiet)))


def ask(path: Path, sql: str, *before: str) -> list[tuple[Any, ...]]:
    """The answer of a read-only connection of its own."""
    with duckdb.connect(str(path), read_only=True) as connection:
        for statement in before:
            connection.execute(statement)
        return connection.execute(sql).fetchall()
