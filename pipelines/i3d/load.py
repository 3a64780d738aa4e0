"""One load: fetch, land, hand over to dlt area by area, and write down how each table fared."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import dlt
import duckdb
import orjson
from dlt.pipeline.exceptions import PipelineStepFailed

from pipelines.errors import I3DError, NotAllowedError, StorageError, UsageError
from pipelines.i3d.catalogue import AREAS
from pipelines.i3d.client import Client
from pipelines.i3d.columns import LOAD_LOG, ddl, tables
from pipelines.i3d.fetch import Fetched, Fetcher, Part
from pipelines.i3d.history import History
from pipelines.i3d.landing import Landed, Lander
from pipelines.i3d.operation import Operation
from pipelines.i3d.rows import Privacy, Row
from pipelines.i3d.selection import LOADED, parent_of
from pipelines.i3d.source import area_source
from pipelines.i3d.windows import Window
from pipelines.warehouse import RAW, Warehouse, pseudonym_key, storage_errors

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What to load: operations, the span of the windowed ones, the load's clock."""

    operations: tuple[Operation, ...]
    span: Window
    now: datetime
    full_refresh: bool = False
    allow_shrink: bool = False


@dataclass(slots=True)
class Report:
    """How a load went: one row per table, as in `raw_i3d.load_log`."""

    run_id: str
    tables: list[Row] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> list[Row]:
        """The tables that keep their old rows because something is wrong; denied ones are not among them."""
        return [row for row in self.tables if row["status"] == "failed"]


def load(client: Client, warehouse: Warehouse, request: Request, on_part: Callable[[Part], None] = lambda part: None) -> Report:
    """Loads the requested tables into the private file.

    Raises AuthError, LockedWarehouseError, StorageError, or UsageError when the clock runs backwards; the error of a single
    table is a row of the report.
    """
    begun = datetime.now(UTC)
    with warehouse.writing():
        privacy = Privacy(pseudonym_key(client.settings, warehouse), client.settings.land_unknown)
        with warehouse.connect() as connection:
            _create_tables(connection)
        with warehouse.session() as rows:
            history = History(rows, privacy, request.now, full=request.full_refresh)
            _refuse_backwards(history, request.now)
            fetched = Fetcher(client, request.span, history.enough, history.targets, on_part).fetch(request.operations)
            lander = Lander(history, request.now, warehouse.documents, request.allow_shrink)
            landed = [lander.land(fetched[one], _parent(one, fetched)) for one in request.operations]
        _store(warehouse, landed, request.now)
        return _report(client.requests, warehouse, request.now, landed, fetched, begun)


def _report(
    requests: int, warehouse: Warehouse, now: datetime, landed: list[Landed], fetched: Mapping[Operation, Fetched],
    begun: datetime,
) -> Report:  # fmt: skip
    report = Report(secrets.token_hex(8), requests=requests)
    report.seconds = (datetime.now(UTC) - begun).total_seconds()
    with warehouse.connect() as connection:
        counts = _counts(connection)
        outcomes = [_outcome(one, fetched[one.operation], counts.get(one.operation.table, 0)) for one in landed]
        common = {"run_id": report.run_id, "as_of": now, "started_at": begun, "finished_at": datetime.now(UTC)}
        report.tables = [common | row for row in outcomes]
        _write_down(connection, report.tables)
    return report


def _parent(operation: Operation, fetched: Mapping[Operation, Fetched]) -> Fetched | None:
    parent = parent_of(operation)
    return None if parent is None else fetched[parent]


def _refuse_backwards(history: History, now: datetime) -> None:
    last = history.last_as_of()
    if last is not None and now < last:
        raise UsageError(
            f"The warehouse has been loaded as of {last:%Y-%m-%d %H:%M:%S}, which is after {now:%Y-%m-%d %H:%M:%S} (UTC).",
            "History cannot be written backwards: choose a later --as-of, or another I3D_WAREHOUSE.",
        )


def pipeline(warehouse: Warehouse, area: str) -> dlt.Pipeline:
    """The dlt pipeline of an area: `dlt pipeline i3d_<area> --pipelines-dir …/dlt/<stem> info` works on it."""
    dlt.config["load.delete_completed_jobs"] = True
    dlt.config["load.truncate_staging_dataset"] = True
    dlt.config["destination.replace_strategy"] = "insert-from-staging"
    return dlt.pipeline(
        f"i3d_{area}",
        destination=dlt.destinations.duckdb(str(warehouse.private)),
        dataset_name=RAW,
        pipelines_dir=str(warehouse.dlt),
    )


def _create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Every table of the catalogue is there from the first load on, whatever that load selects."""
    connection.execute(f"create schema if not exists {RAW}")
    connection.execute(ddl(RAW, "load_log", LOAD_LOG, dlt=False))
    for operation in LOADED:
        for table, columns in tables(operation).items():
            connection.execute(ddl(RAW, table, columns))


def _store(warehouse: Warehouse, landed: list[Landed], now: datetime) -> None:
    """Runs dlt for every area that has something to load."""
    for area in AREAS:
        mine = [one for one in landed if one.operation.area == area and one.error is None]
        if mine:
            _run(warehouse, area, mine, now)


def _run(warehouse: Warehouse, area: str, landed: list[Landed], now: datetime) -> None:
    """A load that dlt cannot finish is the failure of its area, and of no other."""
    try:
        with storage_errors(warehouse.folder):
            runner = pipeline(warehouse, area).drop()  # what a killed run left is asked again; the state is in the file
            runner.run(area_source(area, landed, now), loader_file_format="parquet")
    except PipelineStepFailed as error:
        if "No space left" in str(error):
            raise StorageError(f"The disk of {warehouse.folder} is full.") from None
        log.exception("dlt could not load %s", area)
        for one in landed:
            one.error = I3DError(f"dlt could not load {area} ({error.step}): {type(error.exception).__name__}.")


def _outcome(one: Landed, fetched: Fetched, count: int) -> Row:
    status = "loaded" if one.error is None else "denied" if isinstance(one.error, NotAllowedError) else "failed"
    return {
        "table_name": one.operation.table, "operation": one.operation.name, "area": one.operation.area, "status": status,
        "row_count": count, "source_count": one.source_count, "missing_count": one.missing, "requests": fetched.requests,
        "seconds": round(fetched.seconds, 3), "message": str(one.error) if one.error else one.note,
        "unknown_fields": orjson.dumps(one.unknown).decode() if one.unknown else None,
        "is_full_sweep": one.full_sweep, "is_newest_first": one.newest_first,
    }  # fmt: skip


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The rows of every raw table that are not soft-deleted."""
    counts = {}
    for operation in LOADED:
        where = " where not is_deleted" if operation.mode == "entity" else ""
        found = connection.execute(f'select count(*) from {RAW}."{operation.table}"{where}').fetchone()  # noqa: S608
        counts[operation.table] = int(found[0]) if found else 0
    return counts


def _write_down(connection: duckdb.DuckDBPyConnection, rows: Iterable[Row]) -> None:
    marks = ", ".join("?" for _ in LOAD_LOG)
    connection.begin()
    for row in rows:
        connection.execute(f"insert into {RAW}.load_log values ({marks})", [row[name] for name in LOAD_LOG])  # noqa: S608
    connection.commit()
