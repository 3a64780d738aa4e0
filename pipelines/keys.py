"""Keys that lie beside a warehouse: made once, kept for their owner only. What is hashed with them is decided elsewhere."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from pipelines.errors import StorageError
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse, storage_errors


def pseudonym_key(settings: Settings, warehouse: Warehouse) -> bytes | None:
    """The key that hashes personal values: the one given, else one made once and kept (0600); None where data stay plain.

    Raises StorageError when it cannot be kept, or was kept empty.
    """
    if settings.personal_data == "plain":
        return None
    given = settings.pseudonym_key.get_secret_value()
    return given.encode() if given else kept_key(warehouse.folder / "pseudonym.key")


def kept_key(path: Path) -> bytes:
    """A key made once and kept (0600). Raises StorageError when it cannot be kept, or was kept empty."""
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
        key = path.read_text().strip()
    if not key:  # digests under an empty key could be undone by anybody
        raise StorageError(f"{path} is empty.", "Delete it and run again: what is hashed with it will hash to other digits.")
    return key.encode()
