"""Keyed digests: what plans and records hold in the place of values, so that nobody can guess a value from them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

import orjson

from pipelines.keys import kept_key
from pipelines.warehouse import Warehouse

LENGTH = 32


@dataclass(frozen=True, slots=True)
class Digests:
    """HMAC-SHA-256 with the key of this folder (`ops.key`), cut to 128 bits."""

    key: bytes

    @classmethod
    def of_folder(cls, warehouse: Warehouse) -> Digests:
        """The digests of a warehouse's folder; makes the key the first time. Raises StorageError."""
        return cls(kept_key(warehouse.folder / "ops.key"))

    def of(self, value: Any) -> str:
        """The digest of any JSON value; values that the API writes in two ways (`1`, `"1"`, `true`) have one digest."""
        return hmac.new(self.key, orjson.dumps(plain(value), option=orjson.OPT_SORT_KEYS), "sha256").hexdigest()[:LENGTH]


def plain(value: Any) -> Any:
    """A value in one spelling: numbers and flags as text, nothing and empty text the same, fields without a value left out."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items() if plain(item) is not None}
    return str(value)
