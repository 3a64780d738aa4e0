"""From what the API sent to the rows of raw tables: bookkeeping columns, soft deletes, observations, versions, files.

The result is plain rows for dlt (`source.py`). What a single field may look like is decided in `rows.py`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from pipelines.errors import I3DError, ShrunkError
from pipelines.i3d.client import value_at
from pipelines.i3d.columns import tables
from pipelines.i3d.fetch import Fetched, Job, Part
from pipelines.i3d.history import History, reread_digests
from pipelines.i3d.operation import Operation
from pipelines.i3d.rows import Landing, Row, key_columns, parameter_column
from pipelines.warehouse import storage_errors

SMALL_LIST = 20
LEAST_KEPT = 0.4
GUARDED = frozenset({"reference", "entity", "current"})


@dataclass(slots=True)
class Landed:
    """The rows of every table that one operation fills, or the error that keeps the old ones."""

    operation: Operation
    rows: dict[str, list[Row]] = field(default_factory=dict)
    error: I3DError | None = None
    source_count: int = 0
    missing: int = 0
    note: str = ""
    unknown: list[str] = field(default_factory=list)
    full_sweep: bool = False
    newest_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Lander:
    """Turns fetched answers into landed rows at the load's clock. `partial`: what was not fetched is there all the same."""

    history: History
    now: datetime
    documents: Path
    allow_shrink: bool = False
    partial: bool = False

    def land(self, fetched: Fetched, parent: Fetched | None) -> Landed:
        """The rows of an operation's tables; an error of the fetch, a type flip or a shrunken list is kept inside."""
        landed = Landed(fetched.operation, error=fetched.error)
        if landed.error is None:
            try:
                self._fill(landed, fetched, parent)
            except I3DError as error:
                landed.error, landed.rows = error, {}
        return landed

    def _fill(self, landed: Landed, fetched: Fetched, parent: Fetched | None) -> None:
        operation, landing = fetched.operation, Landing(fetched.operation, self.history.privacy)
        rows = self._files(fetched) if operation.mode == "file" else self._rows(landing, fetched, parent)
        main = _once_per_key(operation, rows)
        landed.source_count = len(main)
        landed.full_sweep, landed.newest_first = fetched.complete, _newest_first(operation, fetched)
        landed.unknown = sorted(f"{name}: {kind}" for name, kind in landing.unknown)
        landed.note = f"{fetched.gone} details were gone" if fetched.gone else ""
        self._refuse_shrink(operation, len(main))
        for table in tables(operation):
            # To a history, rows that are missing are rows that have ended.
            if not (self.partial and table.endswith("_history")):
                landed.rows[table] = self._of(table, operation, main)
        if operation.mode == "entity":
            landed.missing = self._account_for_the_missing(operation, landed.rows[operation.table])

    def _rows(self, landing: Landing, fetched: Fetched, parent: Fetched | None) -> Iterator[Row]:
        operation = fetched.operation
        seen: Counter[int] = Counter()
        marks = reread_digests(operation, parent) if operation.reread_on and parent else {}
        for job, raw in fetched.raws:
            if operation.only_with and operation.only_with not in raw:
                landing.unknown.add((f"a row without {operation.only_with}", "dict"))
                continue
            if operation.window is not None and "data" in raw:
                yield from _samples(landing, job, raw, seen)
                continue
            yield landing.land(raw, job.parameters, _extra(job, marks))

    def _files(self, fetched: Fetched) -> Iterator[Row]:
        """Writes the files and says where; the name is the digest, so that the same bytes are kept once."""
        for part in fetched.parts:
            for position, (content, media) in enumerate(part.files):
                yield {**_parents(part.job), "position": position, **self._file(part, content, media)}

    def _file(self, part: Part, content: bytes, media: str) -> Row:
        name = hashlib.sha256(content).hexdigest()
        path = self.documents / part.job.operation.table / f"{name}{SUFFIXES.get(media, '')}"
        with storage_errors(self.documents):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return {
            "digest": name, "size_bytes": len(content), "media_type": media, "path": str(path), "fetched_at": self.now,
        }  # fmt: skip

    def _refuse_shrink(self, operation: Operation, count: int) -> None:
        if operation.mode not in GUARDED or operation.may_shrink or self.allow_shrink or self.partial:
            return
        before = len(self.history.keys(operation, alive=True)) if operation.key else 0
        if before >= SMALL_LIST and count < LEAST_KEPT * before:
            raise ShrunkError(f"{operation.table} fell from {before} rows to {count}.")

    def _of(self, table: str, operation: Operation, main: list[Row]) -> list[Row]:
        if table == operation.table:
            return main
        stamp = {"observed_at": self.now} if table.endswith("_observations") else {}
        names = [name for name in tables(operation)[table] if name not in ("observed_at", "valid_from", "valid_to")]
        return [{name: row[name] for name in names} | stamp for row in main]

    def _account_for_the_missing(self, operation: Operation, rows: list[Row]) -> int:
        """Dates the rows that are there, and adds the ones that no longer are, marked deleted, with their last values."""
        old = self.history.old_rows(operation)
        names = key_columns(operation)
        for row in rows:
            before = old.pop(tuple(row[name] for name in names), None)
            first = before["first_seen_at"] if before else self.now
            row |= {"first_seen_at": min(first, self.now), "last_seen_at": self.now, "is_deleted": False}
        gone = [row | {"is_deleted": True} for row in old.values() if not row["is_deleted"] and not self.partial]
        rows += gone
        return len(gone)


SUFFIXES = {"application/pdf": ".pdf", "image/png": ".png"}


def _parents(job: Job) -> Row:
    return {parameter_column(job.operation, name): value for name, value in job.parameters.items()}


def _extra(job: Job, marks: dict[str, str]) -> Row:
    extra: Row = {}
    if job.window is not None:
        extra["window_start"] = job.window.start
    if job.operation.reread_on:
        extra["reread_digest"] = marks.get(next(iter(job.parameters.values())), "")
    return extra


def _samples(landing: Landing, job: Job, envelope: Row, seen: Counter[int]) -> Iterator[Row]:
    """The samples of an envelope as rows. A null unit becomes '' where the unit is part of the key; samples that nothing
    tells apart are numbered within their time stamp by `seen`.
    """
    operation = landing.operation
    shape = tables(operation)[operation.table]
    unit = envelope.get("unit")
    common = {**_parents(job), "unit": (unit or "") if shape["unit"].key else unit, **_extra(job, {})}
    sample = landing.sample()
    for raw in envelope.get("data") or []:
        row = sample(raw) | common
        if "position" in shape:
            row["position"] = seen[row["timestamp"]]
            seen[row["timestamp"]] += 1
        yield row


def _once_per_key(operation: Operation, rows: Iterable[Row]) -> list[Row]:
    """Each key once, the last row winning; a table without a key is a single row."""
    names = key_columns(operation)
    return list({tuple(row[name] for name in names): row for row in rows}.values())


def _newest_first(operation: Operation, fetched: Fetched) -> bool | None:
    """Whether a complete list came newest first; None where nothing can be said."""
    stamps = [value_at(row, operation.newest) for _, row in fetched.raws] if operation.newest else []
    if not fetched.complete or len(stamps) < 2 or not all(isinstance(stamp, (int, float)) for stamp in stamps):
        return None
    return all(first >= second for first, second in pairwise(stamps))

