"""One read for a person: arguments checked against the catalogue, the answer decoded and masked."""

from __future__ import annotations

from typing import Any

from pipelines.errors import UsageError
from pipelines.i3d.client import Client
from pipelines.i3d.operation import Operation
from pipelines.i3d.redaction import mask
from pipelines.i3d.selection import find, suggest
from pipelines.settings import Settings


def ask(settings: Settings, name: str, given: list[str], *, reveal: bool = False) -> Any:
    """The answer of a read, whole lists included; raises UsageError for a write, an unknown or a missing parameter."""
    operation = find(name)
    if operation.kind == "write":
        raise UsageError(f"{name} is a write.", "`i3d operations --kind on_demand` and `--kind loaded` list the reads.")
    words = dict(pair(word) for word in given)
    parameters = {key: words.pop(key) for key in operation.parameters if key in words}
    missing = [key for key in operation.parameters if key not in parameters]
    if missing:
        raise UsageError(f"{operation.name} needs {', '.join(missing)}.", f"Add {missing[0]}=…")
    _refuse_unknown(operation, words)
    with Client(settings) as client:
        if operation.answer in ("file", "files"):
            return [{"media_type": media, "size_bytes": len(content)} for content, media in client.files(operation, parameters)]
        rows = client.rows(operation, parameters, words).rows
    return rows if reveal else mask(rows, operation.shape)


def pair(word: str) -> tuple[str, str]:
    """The name and the value of `name=value`; raises UsageError."""
    key, mark, value = word.partition("=")
    if not mark:
        raise UsageError(f"{word!r} is no parameter.", "Write name=value.")
    return key, value


def _refuse_unknown(operation: Operation, words: dict[str, str]) -> None:
    windows = {"unix": ("startTime", "endTime"), "month": ("startDate", "endDate")}
    known = (*operation.query, *windows.get(operation.window or "", ()))
    for key in words:
        if key not in known:
            raise UsageError(f"{operation.name} has no parameter {key!r}.", suggest(key, known, "i3d operations"))
