"""Which operations a load reads: by table, area or group, parents before children."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pipelines.errors import UsageError
from pipelines.i3d.catalogue import AREAS, BY_NAME, BY_TABLE, OPERATIONS
from pipelines.i3d.operation import Operation

LOADED = tuple(operation for operation in OPERATIONS if operation.kind == "loaded")
# Loaded by default, with neither parents nor windows: one request tells something of each.
LISTS = tuple(one for one in LOADED if one.default and not one.each and one.window is None)


def select(words: Iterable[str]) -> tuple[Operation, ...]:
    """The loaded operations that the words name (tables, areas, groups), the default ones for no word.

    Raises UsageError for a word that names nothing.
    """
    words = tuple(words)
    if not words:
        return tuple(operation for operation in LOADED if operation.default)
    chosen = [operation for word in words for operation in _named(word)]
    return tuple(operation for operation in LOADED if operation in chosen)


def _named(word: str) -> list[Operation]:
    if word in BY_TABLE:
        return [BY_TABLE[word]]
    found = [item for item in LOADED if item.group == word or (item.area == word and item.default)]
    if not found:
        known = [*BY_TABLE, *AREAS, *{item.group for item in LOADED}]
        raise UsageError(f"There is no table, area or group {word!r}.", suggest(word, known, "i3d operations"))
    return found


def find(name: str) -> Operation:
    """The operation of a name; reads may be called by their table or without `get_`. Raises UsageError."""
    operation: Operation | None = BY_NAME.get(name) or BY_NAME.get(f"get_{name}") or BY_TABLE.get(name)
    if operation is None:
        raise UsageError(f"There is no operation {name!r}.", suggest(name, BY_NAME, "i3d operations"))
    return operation


def suggest(word: str, known: Iterable[str], command: str) -> str:
    """The closest known word as a next step."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean {close[0]}? `{command}` lists all." if close else f"`{command}` lists all."


def parent_of(operation: Operation) -> Operation | None:
    """The operation whose rows feed the path parameters."""
    paths = list(operation.each.values())
    return BY_TABLE[paths[0].split(".")[0]] if paths else None


def levels(operations: Iterable[Operation]) -> list[list[Operation]]:
    """The operations and all their parents, by depth: no operation before its parent."""
    depth: dict[Operation, int] = {}
    for operation in operations:
        chain = [operation]
        while (parent := parent_of(chain[-1])) is not None:
            chain.append(parent)
        depth |= {member: level for level, member in enumerate(reversed(chain))}
    most = max(depth.values(), default=-1)
    return [[member for member in LOADED if depth.get(member) == level] for level in range(most + 1)]
