"""The record of every write: `ops.sqlite` beside the warehouse, append-only, with digests and masked values.

A write goes through states: each is one more row, the newest of an attempt counts (view `write_operations`). A row is on the
disk when `append` returns, which is what makes a crash between record and request visible.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import filelock
import orjson

from pipelines.errors import LockedWarehouseError, StorageError
from pipelines.warehouse import Warehouse, keep_private, storage_errors

Status = Literal["planned", "noop", "sent", "applied", "failed", "unknown", "refused", "settled"]
UNSETTLED = ("sent", "unknown")
VERSION = 1
REPAIR = "Nothing is sent without a record. If the file is damaged, put its backup back, or move it away and begin a new one."
SCHEMA = """
create table if not exists events (
    event integer primary key, attempt_id text not null, step integer not null, run_id text not null, plan_hash text not null,
    base_url text not null, operation text not null, target_key text not null, risk integer not null, status text not null,
    dry_run integer not null, http_status integer, attempts integer not null, started_at text not null, finished_at text,
    actor text not null, approver text, request_digest text, response_digest text, message text not null,
    parameters text not null, expected text not null, happened integer
);
create index if not exists events_by_target on events (target_key);
create index if not exists events_by_attempt on events (attempt_id, event);
create table if not exists approvals (
    approval integer primary key, plan_hash text not null, approver text not null, approved_at text not null
);
create trigger if not exists events_stay before update on events begin select raise(abort, 'append-only'); end;
create trigger if not exists events_remain before delete on events begin select raise(abort, 'append-only'); end;
create trigger if not exists approvals_stay before update on approvals begin select raise(abort, 'append-only'); end;
create trigger if not exists approvals_remain before delete on approvals begin select raise(abort, 'append-only'); end;
create view if not exists write_operations as
    select * from events as one where not exists (
        select 1 from events as later where later.attempt_id = one.attempt_id and later.event > one.event
    ) order by event;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One state of one attempt. `parameters` and `expected` are what `resolve` needs; times are ISO 8601 in UTC.

    `attempts` counts the requests sent for this step of this plan so far; `happened` is known for what is settled.
    """

    attempt_id: str
    step: int
    run_id: str
    plan_hash: str
    base_url: str
    operation: str
    target_key: str
    risk: int
    status: Status
    dry_run: bool
    started_at: str
    actor: str
    http_status: int | None = None
    attempts: int = 0
    finished_at: str | None = None
    approver: str | None = None
    request_digest: str | None = None
    response_digest: str | None = None
    message: str = ""
    parameters: dict[str, str] | None = None
    expected: dict[str, Any] | None = None
    happened: bool | None = None

    def now(self, status: Status, **changes: Any) -> Entry:
        """The next state of the same attempt."""
        return replace(self, status=status, **changes)


COLUMNS = tuple(item.name for item in fields(Entry))
JSON = ("parameters", "expected")
FLAGS = ("dry_run", "happened")


def stamp() -> str:
    """The real moment: a record does not follow the load's clock."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Journal:
    """The record of one folder."""

    path: Path
    wait: float = 30

    @classmethod
    def of(cls, warehouse: Warehouse) -> Journal:
        """The record beside a warehouse."""
        return cls(warehouse.folder / "ops.sqlite", warehouse.lock_wait_seconds)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the record against other processes that send or settle.

        Raises LockedWarehouseError after the wait of the settings, StorageError when the folder cannot be written.
        """
        keep_private()
        with storage_errors(self.path.parent):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.path.with_suffix(".lock"), timeout=self.wait, mode=0o600)
        try:
            with lock:
                yield
        except filelock.Timeout:
            raise LockedWarehouseError(f"Another write holds {self.path}.") from None

    @contextmanager
    def connect(self) -> Iterator[sqlite3.Connection]:
        """A short connection; committed and on the disk when it closes without an error. Raises StorageError."""
        try:
            with storage_errors(self.path.parent):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.touch(mode=0o600)
            with closing(sqlite3.connect(self.path, timeout=self.wait)) as connection:
                connection.row_factory = sqlite3.Row
                connection.execute("pragma synchronous = extra")
                if connection.execute("pragma user_version").fetchone()[0] < VERSION:
                    connection.executescript(f"begin immediate; {SCHEMA} pragma user_version = {VERSION}; commit")
                with connection:
                    yield connection
        except sqlite3.Error as error:
            raise StorageError(f"{self.path} cannot be used ({error}).", REPAIR) from None

    def append(self, *entries: Entry) -> None:
        """Adds states, all or none, and waits until they are on the disk."""
        marks = ", ".join("?" for _ in COLUMNS)
        with self.connect() as connection:
            connection.executemany(f"insert into events ({', '.join(COLUMNS)}) values ({marks})", map(_values, entries))  # noqa: S608

    def latest(self, where: str = "true", *parameters: Any) -> list[Entry]:
        """The newest state of every attempt, oldest first; none where there is no record yet."""
        if not self.path.exists():
            return []
        with self.connect() as connection:
            rows = connection.execute(f"select * from write_operations where {where}", parameters).fetchall()  # noqa: S608
        return [_entry(row) for row in rows]

    def unsettled(self, base_url: str, target: str | None = None) -> list[Entry]:
        """What was sent to this API and whose outcome nobody knows, of one target or of all."""
        where = f"status in {UNSETTLED} and base_url = ?"
        return self.latest(where, base_url) if target is None else self.latest(f"{where} and target_key = ?", base_url, target)

    def approve(self, plan_hash: str, approver: str) -> None:
        """Adds an approval."""
        with self.connect() as connection:
            values = (plan_hash, approver, stamp())
            connection.execute("insert into approvals (plan_hash, approver, approved_at) values (?, ?, ?)", values)

    def approvers(self, plan_hash: str) -> list[str]:
        """Who approved a plan, in order."""
        if not self.path.exists():
            return []
        with self.connect() as connection:
            rows = connection.execute("select approver from approvals where plan_hash = ? order by approval", (plan_hash,))
            return list(dict.fromkeys(row[0] for row in rows))


def _values(entry: Entry) -> list[Any]:
    values = {name: getattr(entry, name) for name in COLUMNS}
    values |= {name: orjson.dumps(values[name] or {}).decode() for name in JSON}
    return list(values.values())


def _entry(row: sqlite3.Row) -> Entry:
    values = {name: row[name] for name in COLUMNS}
    values |= {name: orjson.loads(values[name]) for name in JSON}
    values |= {name: None if values[name] is None else bool(values[name]) for name in FLAGS}
    return Entry(**values)
