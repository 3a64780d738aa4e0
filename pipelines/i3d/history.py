"""What the warehouse already knows, as far as the next load depends on it: keys, old rows, earlier sweeps. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from pipelines.i3d.client import digest, value_at
from pipelines.i3d.columns import tables
from pipelines.i3d.fetch import Fetched, Parameters
from pipelines.i3d.operation import Operation
from pipelines.i3d.paging import Enough, never
from pipelines.i3d.rows import Landing, Privacy, Row, column, key_columns
from pipelines.warehouse import RAW, Rows

FULL_SWEEP_EVERY = timedelta(days=7)
QUIET_PAGES = 2
Key = tuple[Any, ...]


@dataclass(slots=True)
class History:
    """The private file as it was before this load, at the load's clock `now`; `rows` asks it."""

    rows: Rows
    privacy: Privacy
    now: datetime
    full: bool = False

    def keys(self, operation: Operation, *, alive: bool = False) -> set[Key]:
        """The keys of the rows that are there; only those not soft-deleted with `alive`."""
        where = " where not is_deleted" if alive and operation.mode == "entity" else ""
        names = key_columns(operation)
        return {tuple(row[name] for name in names) for row in self._select(operation, names, where)}

    def old_rows(self, operation: Operation) -> dict[Key, Row]:
        """The whole rows by key, JSON decoded, without dlt's own columns."""
        columns = tables(operation)[operation.table]
        documents = [name for name, item in columns.items() if item.type == "json"]
        rows = self._select(operation, tuple(columns))
        for row in rows:
            row.update({name: orjson.loads(row[name]) for name in documents if row[name] is not None})
        return {tuple(row[name] for name in key_columns(operation)): row for row in rows}

    def _select(self, operation: Operation, names: tuple[str, ...], where: str = "") -> list[Row]:
        listed = ", ".join(f'"{name}"' for name in names) or "1"
        return self.rows(f'select {listed} from {RAW}."{operation.table}"{where}')  # noqa: S608

    def last_as_of(self) -> datetime | None:
        """The newest clock of any load so far."""
        found = self.rows(f"select max(as_of) as newest from {RAW}.load_log")  # noqa: S608
        return found[0]["newest"] if found else None

    def enough(self, operation: Operation) -> Enough:
        """When a list that only grows has shown all that is new; never on the weekly full sweep or without proven order."""
        if not operation.newest or operation.each or self.full or not self._may_stop_early(operation):
            return never
        known = self.keys(operation)
        still_open = self._open_keys(operation)
        landing = Landing(operation, self.privacy)

        def stop(pages: list[list[Row]]) -> bool:
            seen = [[_key(landing, row) for row in page] for page in pages]
            quiet = len(seen) > QUIET_PAGES and all(key in known for page in seen[-QUIET_PAGES:] for key in page)
            return quiet and still_open <= {key for page in seen for key in page}

        return stop

    def _may_stop_early(self, operation: Operation) -> bool:
        sql = f"""
            select arg_max(is_newest_first, as_of) as proven, max(as_of) as swept from {RAW}.load_log
            where table_name = ? and status = 'loaded' and is_full_sweep
        """  # noqa: S608
        found = self.rows(sql, [operation.table])
        return bool(found and found[0]["proven"]) and self.now - found[0]["swept"] < FULL_SWEEP_EVERY

    def _open_keys(self, operation: Operation) -> set[Key]:
        if operation.open_unless is None:
            return set()
        name, settled = operation.open_unless
        words = ", ".join(f"'{word}'" for word in settled)
        may_change, names = f' where coalesce("{column(name)}" not in ({words}), true)', key_columns(operation)
        return {tuple(row[key] for key in names) for row in self._select(operation, names, may_change)}

    def targets(self, operation: Operation, found: list[Parameters], parent: Fetched) -> list[Parameters]:
        """The details worth reading: all; of documents only those that are new here or have moved; of files the missing."""
        once = operation.mode == "file" and operation.answer == "file"
        if not (operation.reread_on or once):
            return found
        done = self._done(operation)
        wanted = found + self._unread(operation, parent, found)
        if once or self.full:
            return [one for one in wanted if not once or tuple(one.values()) not in done]
        fresh: dict[Key, str] = {(value,): mark for value, mark in reread_digests(operation, parent).items()}
        return [one for one in wanted if done.get(key := tuple(one.values()), "") != fresh.get(key, "-")]

    def _done(self, operation: Operation) -> dict[Key, str]:
        """What has been read, by key, with the digest of the parent's row at that time."""
        mark = ("reread_digest",) if operation.reread_on else ()
        rows = self._select(operation, (*key_columns(operation), *mark))
        return {tuple(row[name] for name in key_columns(operation)): row.get("reread_digest") or "" for row in rows}

    def _unread(self, operation: Operation, parent: Fetched, found: list[Parameters]) -> list[Parameters]:
        """Parents that an early end left out and whose detail is not here."""
        if parent.complete or len(operation.parameters) != 1:
            return []
        name = operation.parameters[0]
        known = {(one[name],) for one in found} | self._done(operation).keys()
        return [{name: key[0]} for key in sorted(self.keys(parent.operation) - known)]


def reread_digests(operation: Operation, parent: Fetched) -> dict[str, str]:
    """For every row of the parent, a digest of the fields that say whether its detail has changed."""
    name = next(iter(operation.each.values())).split(".")[1]
    return {str(row[name]): digest([value_at(row, moves) for moves in operation.reread_on]) for _, row in parent.raws}


def _key(landing: Landing, raw: Row) -> Key:
    row = landing.land(raw)
    return tuple(row[name] for name in key_columns(landing.operation))
