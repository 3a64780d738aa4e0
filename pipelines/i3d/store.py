"""Writes to the private file: dlt for rows and samples, plain SQL for the loader's own tables. Decides nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from dlt.pipeline.exceptions import PipelineStepFailed

from pipelines.errors import DltError, StorageError
from pipelines.i3d.arrow import TYPES
from pipelines.i3d.catalogue import AREAS
from pipelines.i3d.columns import LOAD_LOG, LOAD_WINDOWS, OWN_TABLES, ddl, tables
from pipelines.i3d.fetch import name_of
from pipelines.i3d.harvest import Batch
from pipelines.i3d.landing import Landed
from pipelines.i3d.ledger import Entry
from pipelines.i3d.lengths import Length
from pipelines.i3d.rows import Row
from pipelines.i3d.selection import LOADED
from pipelines.i3d.source import area_source, day_key, series_source
from pipelines.warehouse import RAW, Warehouse, storage_errors

log = logging.getLogger(__name__)
LEDGER = pa.schema([(item.name, TYPES[item.type]) for item in LOAD_WINDOWS.values()])
FORGET = "delete from {table} as old using fresh where {same}"
SAME_DAY = "old.table_name = fresh.table_name and old.entity = fresh.entity and {old} = fresh.day"


@dataclass(frozen=True, slots=True)
class Store:
    """The private file of one warehouse, while its lock is held."""

    warehouse: Warehouse

    def create_tables(self) -> None:
        """Every table of the catalogue is there from the first load on, whatever that load selects."""
        with self.warehouse.connect() as connection:
            connection.execute(f"create schema if not exists {RAW}")
            for table, (_, columns) in OWN_TABLES.items():
                connection.execute(ddl(RAW, table, columns, dlt=False))
            for operation in LOADED:
                for table, columns in tables(operation).items():
                    connection.execute(ddl(RAW, table, columns, dlt=not operation.unpacks))

    def keep(self, landed: list[Landed], now: datetime) -> None:
        """Runs dlt for every area that has something to load; what it cannot finish is the failure of that area only."""
        for area in AREAS:
            mine = [one for one in landed if one.operation.area == area and one.error is None and one.rows]
            try:
                if mine:
                    self._run(area, area_source(area, mine, now))
            except DltError as error:
                for one in mine:
                    one.error = error

    def keep_batches(self, batches: list[Batch]) -> None:
        """Samples first, then in one transaction what the ledger knows of them. Raises DltError."""
        if any(batch.rows for batch in batches):
            self._run("series", series_source(batches, self._added(batches)))
        with self.warehouse.connect() as connection:
            connection.begin()
            _note(connection, [entry for batch in batches for entry in batch.entries])
            for batch in batches:
                _set_aside(connection, batch)
            connection.commit()

    def _added(self, batches: list[Batch]) -> set[str]:
        """The tables that hold nothing of these days. The ledger is asked first, the table last: it alone cannot be wrong."""
        added = set()
        with self.warehouse.connect() as connection:
            for batch in batches:
                if batch.is_new and batch.rows:
                    connection.register("fresh", pa.concat_tables(batch.tables))
                    table, key = batch.operation.table, ", ".join(day_key(batch.operation))
                    held = f"select exists (from {RAW}.{table} semi join (select distinct {key} from fresh) using ({key}))"  # noqa: S608
                    if connection.execute(held).fetchone() == (False,):
                        added.add(table)
                    connection.unregister("fresh")
        return added

    def keep_lengths(self, lengths: Iterable[Length]) -> None:
        """Remembers how long the windows of each series may be."""
        with self.warehouse.connect() as connection:
            for one in lengths:
                connection.execute(f"delete from {RAW}.load_lengths where table_name = ?", [one.table_name])  # noqa: S608
                connection.execute(f"insert into {RAW}.load_lengths values (?, ?, ?, ?)", astuple(one))  # noqa: S608

    def pipeline(self, name: str) -> dlt.Pipeline:
        """The dlt pipeline `i3d_<name>`; `dlt pipeline i3d_<name> --pipelines-dir …/dlt/<stem> info` works on it."""
        dlt.config["load.delete_completed_jobs"] = True
        dlt.config["load.truncate_staging_dataset"] = True
        dlt.config["destination.replace_strategy"] = "insert-from-staging"
        return dlt.pipeline(
            f"i3d_{name}",
            destination=dlt.destinations.duckdb(str(self.warehouse.private)),
            dataset_name=RAW,
            pipelines_dir=str(self.warehouse.dlt),
        )

    def _run(self, name: str, source: Any) -> None:
        try:
            with storage_errors(self.warehouse.folder):
                # What a killed run left is asked again; dlt's state comes back from the file.
                self.pipeline(name).drop().run(source, loader_file_format="parquet")
        except PipelineStepFailed as error:
            if "No space left" in str(error):
                raise StorageError(f"The disk of {self.warehouse.folder} is full.") from None
            log.exception("dlt could not load %s", name)
            raise DltError(f"dlt could not load {name} ({error.step}): {type(error.exception).__name__}.") from None


def _note(connection: duckdb.DuckDBPyConnection, entries: list[Entry]) -> None:
    """Replaces what the ledger says of these days."""
    fresh = pa.Table.from_pylist([asdict(entry) for entry in entries], schema=LEDGER)
    connection.register("fresh", fresh)
    connection.execute(FORGET.format(table=f"{RAW}.load_windows", same=SAME_DAY.format(old="old.day")))
    connection.execute(f"insert into {RAW}.load_windows by name select * from fresh")  # noqa: S608
    day = SAME_DAY.format(old="old.window_start::date")
    connection.execute(FORGET.format(table=f"{RAW}.load_rejects", same=day))
    connection.unregister("fresh")


def _set_aside(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    for reject in batch.rejects:
        window, asked = reject.job.window, batch.entries[0].asked_at
        values = [batch.operation.table, name_of(reject.job.parameters), window and window.start, asked, reject.reason]
        connection.execute(f"insert into {RAW}.load_rejects values (?, ?, ?, ?, ?, ?)", [*values, reject.sample])  # noqa: S608


def write_down(connection: duckdb.DuckDBPyConnection, rows: Iterable[Row]) -> None:
    """Adds the outcome of a load, one row per table."""
    marks = ", ".join("?" for _ in LOAD_LOG)
    connection.begin()
    for row in rows:
        connection.execute(f"insert into {RAW}.load_log values ({marks})", [row[name] for name in LOAD_LOG])  # noqa: S608
    connection.commit()


def counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The rows of every raw table that are not soft-deleted."""
    found = {}
    for operation in LOADED:
        where = " where not is_deleted" if operation.mode == "entity" else ""
        row = connection.execute(f'select count(*) from {RAW}."{operation.table}"{where}').fetchone()  # noqa: S608
        found[operation.table] = int(row[0]) if row else 0
    return found
