"""From an answer's row to a row that may land: declared fields only, typed, secrets gone, personal values hashed.

Pure. What is unknown is reported by name and type, never by value.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from dlt.common.normalizers.naming.snake_case import NamingConvention

from pipelines.errors import BadAnswerError, TypeFlipError
from pipelines.i3d.client import digest, value_at
from pipelines.i3d.operation import Operation
from pipelines.i3d.redaction import NAMES, mask
from pipelines.i3d.shape import Field, Shape

Row = dict[str, Any]
_NAMING = NamingConvention(0)
_INTEGER = re.compile(r"[+-]?\d+(\.0+)?")
LARGEST = 2**63


@cache
def column(name: str) -> str:
    """The column a field lands in: dlt's snake case, dots inside objects joined by an underscore."""
    return "_".join(_NAMING.normalize_identifier(part) for part in name.split("."))


def parameter_column(operation: Operation, parameter: str) -> str:
    """The column a path parameter lands in, spelled as the field it comes from where only the case differs."""
    field_name = operation.each.get(parameter, "").rsplit(".", 1)[-1]
    return column(field_name if field_name.lower() == parameter.lower() else parameter)


def key_columns(operation: Operation) -> tuple[str, ...]:
    """The columns that identify a row of the operation's table."""
    return tuple(column(name) for name in operation.key)


@dataclass(frozen=True, slots=True)
class Privacy:
    """What happens to personal values: `key` hashes them, no key leaves them plain. `unknown` lets unlisted fields land."""

    key: bytes | None
    unknown: bool = False

    def apply(self, value: Any) -> Any:
        """The keyed hash (32 hex digits) of a personal value; null and empty text stay."""
        if self.key is None or value is None or value == "":
            return value if value is None or isinstance(value, str) else str(value)
        return hmac.new(self.key, str(value).encode(), hashlib.sha256).hexdigest()[:32]


@dataclass(slots=True)
class Landing:
    """Turns raw rows of one operation into rows of its table, and collects the fields nobody declared."""

    operation: Operation
    privacy: Privacy
    unknown: set[tuple[str, str]] = field(default_factory=set)

    def land(self, raw: Any, parameters: Row | None = None, extra: Row | None = None) -> Row:
        """One row with the table's columns in snake case.

        Raises TypeFlipError when a declared field has another type, BadAnswerError when the key is missing.
        """
        operation, shape = self.operation, self.operation.shape or WORDS
        row: Row = {parameter_column(operation, name): str(value) for name, value in (parameters or {}).items()}
        row |= {column(name): self._value(item, raw.get(name), name) for name, item in shape.fields.items()}
        row |= extra or {}
        strangers = self._strangers(shape, raw, "")
        if self.privacy.unknown:
            row["unknown_fields"] = strangers or None
        self._identify(raw, row)
        return row

    def sample(self) -> Callable[[Row], Row]:
        """A function that types one sample of a series; its envelope is handled by the caller."""
        data = (self.operation.shape or WORDS).fields["data"].of
        fields = [(name, column(name), item) for name, item in (data.fields.items() if isinstance(data, Shape) else ())]

        def one(raw: Row) -> Row:
            row = {landed: self._value(item, raw.get(name), name) for name, landed, item in fields}
            if row["timestamp"] is None:
                raise BadAnswerError(f"A sample of {self.operation.path} came without its timestamp.")
            return row

        return one

    def _identify(self, raw: Any, row: Row) -> None:
        if self.operation.hashed:
            row["row_id"] = digest([_plain(row, name) for name in self.operation.hashed])
        for name in self.operation.key:
            if "." in name and column(name) not in row:
                found = value_at(raw, name)
                row[column(name)] = None if found is None else str(found)
            if row.get(column(name)) is None:
                raise BadAnswerError(f"A row of {self.operation.path} came without its key {name}.")

    def _value(self, item: Field, value: Any, path: str) -> Any:
        if item.sensitivity == "personal" and not isinstance(item.of, Shape):
            return self.privacy.apply(value)
        try:
            clean = CASTS[item.type](value)
        except (ValueError, TypeError):
            raise self._flip(path, item.type, value) from None
        return self._nested(item, clean, path)

    def _flip(self, path: str, expected: str, value: Any) -> TypeFlipError:
        found = type(value).__name__
        return TypeFlipError(f"Field {path} of {self.operation.path} changed its type: expected {expected}, got {found}.")

    def _nested(self, item: Field, value: Any, path: str) -> Any:
        """Masks inside lists and objects; their scalars keep the type they came with."""
        if isinstance(value, list):
            return [self._inner(item.of, element, path + "[]") for element in value]
        return self._inner(item.of, value, path) if isinstance(value, dict) else value

    def _inner(self, of: Shape | Field | None, value: Any, path: str) -> Any:
        if isinstance(of, Field):
            return self._inner_value(of, value, path)
        if of is None:
            return value
        if value in (None, "", []):
            return None
        if not isinstance(value, dict):
            raise self._flip(path, "object", value)
        self._strangers(of, value, path + ".")
        return {name: self._inner_value(of.fields[name], value[name], f"{path}.{name}") for name in of.fields if name in value}

    def _inner_value(self, item: Field, value: Any, path: str) -> Any:
        plain = item.type not in ("object", "list") and item.sensitivity != "personal"
        return value if plain and not isinstance(value, (dict, list)) else self._value(item, value, path)

    def _strangers(self, shape: Shape, raw: Row, prefix: str) -> Row:
        strangers = {name: value for name, value in raw.items() if name not in shape.fields and name not in shape.withheld}
        self.unknown |= {(prefix + name, type(value).__name__) for name, value in strangers.items()}
        return {name: mask(value, None) for name, value in strangers.items() if not NAMES.search(name)}


def _plain(row: Row, path: str) -> Any:
    """A value of a landed row by its API path."""
    head, _, rest = path.partition(".")
    return value_at(row[column(head)], rest) if rest else row[column(head)]


def _text(value: Any) -> str | None:
    if isinstance(value, (dict, list)):
        raise ValueError
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _integer(value: Any) -> int | None:
    if value is None or value == "":
        return None
    text = str(value).strip()
    if not _INTEGER.fullmatch(text):
        raise ValueError
    number = int(text.split(".")[0])
    if not -LARGEST <= number < LARGEST:
        raise ValueError
    return number


def _number(value: Any) -> float | None:
    if value is None or value == "":
        return None
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _boolean(value: Any) -> bool | None:
    if value is None or value == "":
        return None
    words = {"0": False, "1": True, "true": True, "false": False}
    if str(value).lower() not in words:
        raise ValueError
    return words[str(value).lower()]


def _object(value: Any) -> Row | None:
    if value is None or value == "" or value == []:  # PHP sends an empty object as an empty list
        return None
    if not isinstance(value, dict):
        raise TypeError
    return value


def _list(value: Any) -> list[Any] | None:
    if value is None or value == "":
        return None
    if isinstance(value, dict) and all(name.isdigit() for name in value):  # and a list with holes as an object
        return list(value.values())
    if not isinstance(value, list):
        raise TypeError
    return value


CASTS: dict[str, Callable[[Any], Any]] = {
    "id": _text, "text": _text, "integer": _integer, "number": _number, "boolean": _boolean,
    "object": _object, "list": _list, "any": lambda value: value,
}
WORDS = Shape("word", {"value": Field("text")})
