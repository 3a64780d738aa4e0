"""The present state of what a write is about, read live. Sends reads only; what it means for a write is in `verdict.py`.

Values are compared by digest, so that the same comparison works on a plan and on a record, which hold no values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import orjson

from pipelines.errors import NotFoundError
from pipelines.i3d.catalogue import BY_NAME
from pipelines.i3d.client import Client, value_at
from pipelines.i3d.operation import Operation
from pipelines.i3d.redaction import MASK
from pipelines.i3d.shape import Field, Shape
from pipelines.i3d.writeback.digests import Digests
from pipelines.i3d.writeback.effect import Effect
from pipelines.i3d.writeback.placeholders import Place
from pipelines.i3d.writeback.values import READ_AS, Body, body_shape

Row = dict[str, Any]
LABEL = "Label"
LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """A value of the present state: as it may be shown (personal and secret ones masked), and its keyed digest."""

    shown: str
    digest: str


@dataclass(slots=True)
class Reader:
    """Reads states, each list once."""

    client: Client
    seen: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def rows(self, effect: Effect, parameters: dict[str, str]) -> list[Row]:
        """The row that a write is about (none when it is not there), or all rows among which one is created.

        Errors as `Client.rows`.
        """
        if effect.read is None:
            return []
        rows = self._all(effect.read, {name: parameters[name] for name in effect.read.parameters})
        if effect.inside:
            return [inner for row in rows for inner in row.get(effect.inside) or [] if isinstance(inner, dict)]
        if effect.match is None:
            return rows
        path, name = effect.match
        below, _, key = path.rpartition(".")
        nested = [inner for row in rows for inner in (found_below(row, below) if below else (row,))]
        found = [row for row in nested if _same(value_at(row, key), parameters[name])]
        return found if found or not (below and rows) else [{key: parameters[name], effect.field: None}]

    def tells(self, effect: Effect, parameters: dict[str, str]) -> bool:
        """Whether the row is there and has the list in which something is created."""
        assert effect.read is not None
        rows = self._all(effect.read, {name: parameters[name] for name in effect.read.parameters})
        return not effect.inside or any(isinstance(row.get(effect.inside), list) for row in rows)

    def _all(self, read: Operation, parameters: dict[str, str]) -> list[Row]:
        key = (read.name, read.fill(parameters))
        if key not in self.seen:
            try:
                self.seen[key] = self.client.rows(read, parameters).rows
            except NotFoundError:
                self.seen[key] = []
        return self.seen[key]

    def detail(self, effect: Effect, row: Row) -> Row:
        """What a further read tells of a row, or the row itself."""
        if not effect.detail:
            return row
        read = BY_NAME[effect.detail]
        rows = self._all(read, {read.parameters[0]: str(row.get(effect.key))})
        return rows[0] if rows else row


def _same(value: Any, text: str) -> bool:
    """Whether a value is the one of a path; addresses have more than one spelling."""
    try:
        return str(value) == text or ip_address(str(value)) == ip_address(text)
    except ValueError:
        return False


def found_below(value: Any, name: str) -> Iterator[Row]:
    """Yields the objects in every list of this name, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from found_below(item, name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == name and isinstance(inner, list):
                yield from (item for item in inner if isinstance(item, dict))
            else:
                yield from found_below(inner, name)


def fields_of(operation: Operation, body: Body | None) -> dict[str, Any]:
    """The fields of a body by name, labels one by one, for a label is added and not the list replaced."""
    of = body_shape(operation)
    fields: dict[str, Any] = {}
    for name, value in (body or {}).items():
        item = of.fields[name] if of else Field("any")
        if isinstance(item.of, Shape) and item.of.name == LABEL and isinstance(value, list):
            fields |= {f"{name}.{label['key']}": label.get("value") for label in value}
        else:
            fields[name] = value
    return fields


def present_fields(operation: Operation, row: Row) -> dict[str, Any]:
    """What a row says of the fields that the body of the operation may have."""
    of = body_shape(operation)
    found = {}
    for name, item in of.fields.items() if of else ():
        if (key := READ_AS.get(name, name)) in row:
            found[name] = _project(item, row[key])
    return fields_of(operation, found)


def is_readable(row: Row, name: str) -> bool:
    """Whether a row tells a field of a body at all; a label that is not among the labels is one that is not there."""
    base = name.partition(".")[0]
    return READ_AS.get(base, base) in row


def _project(item: Field, value: Any) -> Any:
    """A value without what a body cannot carry."""
    if isinstance(item.of, Shape) and isinstance(value, dict):
        inner = item.of
        return {name: _project(inner.fields[name], part) for name, part in value.items() if name in inner.fields}
    if item.type == "list" and isinstance(value, list):
        return [_project(item.entry, part) for part in value]
    return value


def digest_fields(operation: Operation, body: Body | None, digests: Digests) -> dict[str, str]:
    """The digests of the wanted fields; empty for one whose secret is not at hand."""
    found = {}
    for name, value in fields_of(operation, body).items():
        if isinstance(value, Place):
            found[name] = value.digest
        else:
            found[name] = "" if _holds_unknown(value) else digests.of(value)
    return found


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_unknown, value.values()))
    return any(map(_holds_unknown, value)) if isinstance(value, list) else isinstance(value, Place)


def is_like(operation: Operation, row: Row, wanted: dict[str, str], digests: Digests) -> bool:
    """Whether a row has every wanted field that a read can show, and at least one."""
    present = {name: digests.of(value) for name, value in present_fields(operation, row).items()}
    compared = [name for name in wanted if name in present]
    return bool(compared) and all(wanted[name] and present[name] == wanted[name] for name in compared)


def watch(effect: Effect, row: Row, parameters: dict[str, str], digests: Digests, *, plain: bool) -> dict[str, Seen]:
    """What must not change between plan and apply; personal values are masked unless `plain`."""
    if effect.kind in ("joined", "left"):
        listed = [str(item) for item in row.get(effect.field) or []]
        return {effect.field: Seen(shown(listed), digests.of(list(parameters.values())[-1] in listed))}
    fields = effect.read.shape.fields if effect.read and effect.read.shape else {}
    found = {}
    for name in effect.watched:
        hidden = not plain and sensitive(fields.get(name)) and row.get(name)
        found[name] = Seen(MASK if hidden else shown(row.get(name)), digests.of(row.get(name)))
    return found


def sensitive(item: Any) -> bool:
    """Whether a field, or a field inside it, is personal or secret."""
    if isinstance(item, Shape):
        return any(inner.sensitivity in ("personal", "secret") for _, inner in item.walk())
    return isinstance(item, Field) and (item.sensitivity in ("personal", "secret") or sensitive(item.of))


def shown(value: Any) -> str:
    """A value in one line of limited length."""
    if value is None or value == "":
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1] + "…"
