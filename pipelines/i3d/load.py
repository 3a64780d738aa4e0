"""One load: fetch, land, store, and write down how each table fared."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import orjson

from pipelines.errors import I3DError, NotAllowedError, UsageError
from pipelines.i3d.client import Client
from pipelines.i3d.columns import LOAD_LENGTHS, LOAD_WINDOWS
from pipelines.i3d.fetch import Fetched, Fetcher, Part, inherited, parameters
from pipelines.i3d.harvest import Ledger
from pipelines.i3d.history import History
from pipelines.i3d.landing import Landed, Lander
from pipelines.i3d.ledger import Policy
from pipelines.i3d.lengths import Length, lengths_of
from pipelines.i3d.operation import Operation
from pipelines.i3d.rows import Privacy, Row
from pipelines.i3d.selection import parent_of
from pipelines.i3d.series import Series, Task, ledger_of
from pipelines.i3d.store import Store, counts, write_down
from pipelines.i3d.windows import Window, default_span, midnight
from pipelines.keys import pseudonym_key
from pipelines.settings import Settings
from pipelines.warehouse import RAW, Rows, Warehouse

OnPart = Callable[[Part], None]
OnPlan = Callable[[int], None]
Watch = tuple[OnPart, OnPlan]


@dataclass(frozen=True, slots=True)
class Request:
    """What to load at the load's clock `now`. `span` is the time asked for; none leaves it to the window ledger."""

    operations: tuple[Operation, ...]
    now: datetime
    span: Window | None = None
    full_refresh: bool = False
    allow_shrink: bool = False


@dataclass(slots=True)
class Report:
    """How a load went: one row per table, as in `raw_i3d.load_log`, and the error of each that was not loaded."""

    run_id: str
    tables: list[Row] = field(default_factory=list)
    errors: dict[str, I3DError] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> list[Row]:
        """The tables that keep their old rows because something is wrong; denied ones are not among them."""
        return [row for row in self.tables if row["status"] == "failed"]


def load(
    client: Client, warehouse: Warehouse, request: Request, on_part: OnPart = lambda part: None,
    on_plan: OnPlan = lambda jobs: None,
) -> Report:  # fmt: skip
    """Loads the requested tables into the private file. `on_plan` hears how many lists, details and windows
    are to come, `on_part` each that came.

    Raises AuthError, UnreachableError, LockedWarehouseError, StorageError, or UsageError when the clock runs backwards; the
    error of a single table is a row of the report.
    """
    begun = datetime.now(UTC)
    # One connection stays open: opening the file anew for every step costs more than most steps, and a close is a checkpoint.
    with warehouse.writing(), warehouse.connect():
        store = Store(warehouse)
        store.create_tables()
        fetcher, landed, known = _gather(client, warehouse, request, (on_part, on_plan))
        store.keep(landed, request.now)
        series = Series(fetcher, policy_of(client.settings), request.now, store.keep_batches, request.span, on_part, on_plan)
        series.lengths.known |= known.lengths
        landed += _load_series(series, _fast(request), known.ledgers)
        store.keep_lengths(series.lengths.known.values())
        return _report(client.requests, warehouse, request, landed, fetcher.results, begun)


@dataclass(frozen=True, slots=True)
class Known:
    """What the warehouse knows of the series: what was asked of them, by table, and how long their windows may be."""

    ledgers: dict[str, Ledger]
    lengths: dict[str, Length]


def _fast(request: Request) -> list[Operation]:
    return [operation for operation in request.operations if operation.unpacks]


def _gather(
    client: Client, warehouse: Warehouse, request: Request, watch: Watch
) -> tuple[Fetcher, list[Landed], Known]:
    """Everything but the samples, in hand and landed, and what the ledger knows of the samples."""
    privacy = Privacy(pseudonym_key(client.settings, warehouse), client.settings.land_unknown)
    slow = [operation for operation in request.operations if not operation.unpacks]
    parents = [parent for operation in _fast(request) if (parent := parent_of(operation)) is not None]
    span = request.span or default_span(request.now, client.settings.history_days)
    with warehouse.session() as rows:
        history = History(rows, privacy, request.now, full=request.full_refresh)
        refuse_backwards(history, request.now)
        fetcher = Fetcher(client, span, history.enough, history.targets, *watch)
        fetcher.fetch([*slow, *parents])
        lander = Lander(history, request.now, warehouse.documents, request.allow_shrink)
        landed = [lander.land(fetcher.results[one], _parent(one, fetcher.results)) for one in slow]
        since = midnight(span.start).date()
        known = Known({one.table: _ledger(rows, one.table, since) for one in _fast(request)}, _lengths(rows))
    return fetcher, landed, known


def _ledger(rows: Rows, table: str, since: date) -> Ledger:
    """What the ledger says of days that may be asked; older final ones would only make every load dearer than the last."""
    columns = ", ".join(LOAD_WINDOWS)
    wanted = f"select {columns} from {RAW}.load_windows where table_name = ? and (day >= ? or state <> 'final')"  # noqa: S608
    return ledger_of(rows(wanted, [table, since]))


def _lengths(rows: Rows) -> dict[str, Length]:
    return lengths_of(rows(f"select {', '.join(LOAD_LENGTHS)} from {RAW}.load_lengths"))  # noqa: S608


def _load_series(series: Series, operations: list[Operation], ledgers: Mapping[str, Ledger]) -> list[Landed]:
    """All series side by side: their entities come from the parents' rows, errors of one leave the others alone."""
    results = series.fetcher.results
    tasks = []
    for operation in operations:
        parent = parent_of(operation)
        error = inherited(results[parent]) if parent else None
        entities = [{}] if parent is None else parameters(operation, results[parent])
        tasks.append(Task(operation, [] if error else entities, ledgers[operation.table]))
        results[operation] = tasks[-1].fetched
        results[operation].error = error
    series.load(tasks)
    return [_landed(task.fetched) for task in tasks]


def _landed(fetched: Fetched) -> Landed:
    rejected = f"{fetched.rejected} samples could not be read: see load_rejects" if fetched.rejected else ""
    gone = f"{fetched.gone} windows were gone or refused" if fetched.gone else ""
    note = "; ".join(filter(None, (rejected, gone)))
    return Landed(fetched.operation, error=fetched.error, source_count=fetched.samples, note=note)


def policy_of(settings: Settings) -> Policy:
    """The window policy of the settings."""
    return Policy(settings.history_days, timedelta(days=settings.final_after_days), settings.window_days)


def _report(
    requests: int, warehouse: Warehouse, request: Request, landed: list[Landed], fetched: Mapping[Operation, Fetched],
    begun: datetime,
) -> Report:  # fmt: skip
    report = Report(secrets.token_hex(8), requests=requests)
    report.seconds = (datetime.now(UTC) - begun).total_seconds()
    report.errors = {one.operation.table: one.error for one in landed if one.error is not None}
    common = {"run_id": report.run_id, "as_of": request.now, "started_at": begun, "finished_at": datetime.now(UTC)}
    order = {operation: place for place, operation in enumerate(request.operations)}
    with warehouse.connect() as connection:
        held = counts(connection)
        for one in sorted(landed, key=lambda one: order[one.operation]):
            report.tables.append(common | _outcome(one, fetched[one.operation], held[one.operation.table]))
        write_down(connection, report.tables)
    return report


def _parent(operation: Operation, fetched: Mapping[Operation, Fetched]) -> Fetched | None:
    parent = parent_of(operation)
    return None if parent is None else fetched[parent]


def refuse_backwards(history: History, now: datetime) -> None:
    """Raises UsageError when something was loaded as of a later moment."""
    last = history.last_as_of()
    if last is not None and now < last:
        raise UsageError(
            f"The warehouse has been loaded as of {last:%Y-%m-%d %H:%M:%S}, which is after {now:%Y-%m-%d %H:%M:%S} (UTC).",
            "History cannot be written backwards: choose a later --as-of, or another I3D_WAREHOUSE.",
        )


def _outcome(one: Landed, fetched: Fetched, count: int) -> Row:
    status = "loaded" if one.error is None else "denied" if isinstance(one.error, NotAllowedError) else "failed"
    return {
        "table_name": one.operation.table, "operation": one.operation.name, "area": one.operation.area, "status": status,
        "row_count": count, "source_count": one.source_count, "missing_count": one.missing, "requests": fetched.requests,
        "seconds": round(fetched.seconds, 3), "message": str(one.error) if one.error else one.note,
        "unknown_fields": orjson.dumps(one.unknown).decode() if one.unknown else None,
        "is_full_sweep": one.full_sweep, "is_newest_first": one.newest_first,
    }  # fmt: skip
