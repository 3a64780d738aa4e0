"""Where the warehouse lives: the private file that loads and builds write, the published file that everybody reads.

One writer at a time holds the lock; a reader can never block it, for readers open the published copy, which is replaced
in one step. Nothing here knows tables or SQL models.
"""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import filelock

from pipelines.errors import LockedWarehouseError, StorageError, UsageError
from pipelines.settings import Settings

Rows = Callable[..., list[dict[str, Any]]]
RAW = "raw_i3d"
PRIVATE_MODE = 0o077
REPAIR_PRIVATE = "If it is damaged, put a copy of the published file in its place: the API does not give history again."
REPAIR_PUBLISHED = "If it is damaged, `i3d build` writes it again."


def keep_private() -> None:
    """Files and folders made from now on are for their owner only."""
    os.umask(PRIVATE_MODE)


@dataclass(frozen=True, slots=True)
class Warehouse:
    """The files of one warehouse, all beside the published one."""

    published: Path
    memory_limit: str = "2GB"
    lock_wait_seconds: float = 30

    @classmethod
    def of(cls, settings: Settings) -> Warehouse:
        """The warehouse of the settings."""
        return cls(settings.warehouse.resolve(), settings.memory_limit, settings.lock_wait_seconds)

    @property
    def folder(self) -> Path:
        """The folder of all of it."""
        return self.published.parent

    @property
    def private(self) -> Path:
        """The file that loads and builds write. Same name as the published file, so that the database is called the same."""
        return self.folder / "private" / self.published.name

    @property
    def dlt(self) -> Path:
        """dlt's working folder."""
        return self.folder / "dlt" / self.published.stem

    @property
    def dbt(self) -> Path:
        """dbt's target and log folder."""
        return self.folder / "dbt" / self.published.stem

    @property
    def documents(self) -> Path:
        """Where downloaded files go."""
        return self.folder / "documents"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the warehouse against other loads and builds, of this process and others.

        Raises LockedWarehouseError after the wait of the settings, StorageError when the folder cannot be written.
        """
        keep_private()
        with storage_errors(self.folder):
            self.private.parent.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.private.with_suffix(".lock"), timeout=self.lock_wait_seconds, mode=0o600)
        try:
            with lock:
                yield
        except filelock.Timeout:
            raise LockedWarehouseError(f"Another load or build holds {self.private.parent}.") from None

    @contextmanager
    def connect(self, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A short connection to the private file.

        Raises LockedWarehouseError when another process has it open, StorageError when the disk gives out.
        """
        with lock_errors(self.private, REPAIR_PRIVATE), storage_errors(self.folder):
            connection = duckdb.connect(str(self.private), read_only=read_only)
            try:
                connection.execute("set TimeZone = 'UTC'")
                connection.execute(f"set memory_limit = '{self.memory_limit}'")
                yield connection
            finally:
                connection.close()

    @contextmanager
    def session(self) -> Iterator[Rows]:
        """One connection for many small questions, safe to ask from several threads."""
        guard = threading.Lock()
        with self.connect() as connection:

            def rows(sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
                with guard:
                    return _rows(connection, sql, parameters)

            yield rows

    @contextmanager
    def glancing(self) -> Iterator[Rows]:
        """A session that waits for nobody and keeps the next load waiting no longer than its questions take.

        Raises LockedWarehouseError at once where a load or build is under way, UsageError where nothing was loaded yet.
        """
        if not self.private.exists():
            raise UsageError("Nothing has been loaded yet.", "Run `i3d load` first.")
        with replace(self, lock_wait_seconds=0).writing(), self.session() as rows:
            yield rows

    def publish(self) -> None:
        """Replaces the published file by a copy of the private one, in one step; readers keep what they have open.

        Raises StorageError, leaving the published file as it was.
        """
        fresh = self.published.with_name(f".{self.published.name}.{os.getpid()}")
        try:
            with storage_errors(self.folder):
                with self.connect() as connection:
                    connection.execute("force checkpoint")
                shutil.copyfile(self.private, fresh)
                fresh.chmod(0o600)
                with fresh.open("rb") as copy:
                    os.fsync(copy.fileno())
                fresh.replace(self.published)
        finally:
            fresh.unlink(missing_ok=True)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of a query, none when its table does not exist yet."""
    try:
        cursor = connection.execute(sql, list(parameters))
    except duckdb.CatalogException:
        return []
    return fetch_rows(cursor)


def fetch_rows(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What a statement answered, columns by name; nothing where it has no answer."""
    names = [item[0] for item in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()] if names else []


@contextmanager
def reading(
    published: Path, memory_limit: str = "2GB", *, writes_to: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked-down read-only connection to the published file: no other file, no extension, no network.

    Files can be written into one folder where that is named, and nowhere else.
    Raises UsageError when there is no such file yet.
    """
    if not published.exists():
        raise UsageError(f"There is no warehouse at {published}.", "Run `i3d demo` or `i3d run` first, or set I3D_WAREHOUSE.")
    with lock_errors(published, REPAIR_PUBLISHED):
        connection = duckdb.connect(str(published), read_only=True)
    try:
        connection.execute(f"set TimeZone = 'UTC'; set memory_limit = '{memory_limit}'")
        connection.execute("set autoinstall_known_extensions = false; set autoload_known_extensions = false")
        if writes_to:
            connection.execute("set allowed_directories = [?]", [str(writes_to)])
        connection.execute("set enable_external_access = false; set lock_configuration = true")
        yield connection
    finally:
        connection.close()


def in_one_step(path: Path, write: Callable[[Path], object]) -> Path:
    """Writes beside the file and replaces it, so that whoever reads it sees the old or the new one, whole."""
    fresh = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        write(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns what the disk says of a file or folder into one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StorageError(f"The disk of {path} is full.") from None
        raise StorageError(f"{path} cannot be written ({error.strerror or error}).") from None


@contextmanager
def lock_errors(path: Path, repair: str) -> Iterator[None]:
    """Turns DuckDB's word for a held or broken file into one sentence."""
    try:
        yield
    except duckdb.IOException as error:
        text = str(error)
        if "set lock on file" in text:
            raise LockedWarehouseError(f"Another process has {path} open.") from None
        if "No space" in text:
            raise StorageError(f"The disk of {path.parent} is full.") from None
        raise StorageError(f"{path} cannot be opened.", repair) from None
