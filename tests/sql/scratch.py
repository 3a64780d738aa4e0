"""How the tests of the models make a warehouse: every raw table as a load makes it, a few rows, and dbt run over them.

No test is in here, and no row.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
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
        connection.execute(f"set TimeZone = 'UTC'; begin; create schema {RAW}")
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
        connection.execute("commit")


@cache
def bench() -> Path:
    """The folder in which dbt finds every file of this process, so that what it parsed once is good for the next build."""
    folder = Path(tempfile.mkdtemp(prefix="dbt-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def parsed_before(target: Path, arguments: Sequence[str]) -> Iterator[None]:
    """Lends the build what dbt parsed for an earlier one; other variables make it parse again."""
    kept = bench() / f"{hash(tuple(word for word in arguments if word.startswith('{')))}.msgpack"
    target.mkdir(parents=True, exist_ok=True)
    if kept.exists():
        shutil.copyfile(kept, target / "partial_parse.msgpack")
    yield
    if not kept.exists():
        shutil.copyfile(target / "partial_parse.msgpack", kept)


def build_models(path: Path, *arguments: str, terms: Path | None = None) -> None:
    """Runs and tests the models with these settings files, else those of I3D_SETTINGS_FOLDER; fails with dbt's own words."""
    work, file = path.parent / "dbt", bench() / path.name
    settings = lend_terms(terms or Path(os.environ.get("I3D_SETTINGS_FOLDER", OWN)), bench() / "settings")
    command = [
        sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "build", "--indirect-selection", "cautious",
        "--project-dir", str(ROOT / "sql"), "--profiles-dir", str(ROOT / "sql"), "--target-path", str(work / "target"),
        "--log-path", str(work / "logs"),
        *arguments,
    ]  # fmt: skip
    environment = os.environ | {
        "I3D_BUILD_FILE": str(file), "I3D_SETTINGS_FOLDER": str(settings), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }  # fmt: skip
    shutil.move(path, file)
    with parsed_before(work / "target", arguments):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    shutil.move(file, path)
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
