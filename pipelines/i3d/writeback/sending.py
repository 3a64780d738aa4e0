"""One write over the wire, and what its answer means: carried out, refused, or unknown. Nothing is ever sent twice."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from pipelines.errors import ApiError, AuthError, I3DError, LostAnswerError, NotFoundError, UnreachableError
from pipelines.i3d.answer import GARBAGE, code_of, decode, error_body, words_of
from pipelines.i3d.operation import Operation
from pipelines.i3d.redaction import MASK
from pipelines.i3d.transport import Transport
from pipelines.i3d.wire import Upload as Files
from pipelines.i3d.writeback.placeholders import Upload

Status = Literal["applied", "failed", "unknown"]
# Refused before anything was done: the request did not make it through the door.
REFUSED = frozenset(range(400, 500)) - {408}


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a request. `http_status` is None where no answer came, `wait` the seconds the API asks to wait."""

    status: Status
    http_status: int | None = None
    payload: Any = None
    error: I3DError | None = None
    wait: float = 0.0
    sent: bool = True


def send(transport: Transport, operation: Operation, path: str, body: Any, hidden: list[str]) -> Fate:
    """Sends once. Every outcome is a Fate; what is `hidden` shows in none of its texts."""
    content = None if body is None or operation.multipart else orjson.dumps(body)
    try:
        status, answer, wait = transport.send(operation.method, path, content, _files(operation, body))
    except UnreachableError as error:
        return Fate("failed", error=error, sent=False)
    except LostAnswerError as error:
        return Fate("unknown", error=error)
    return _judge(operation, path, (status, answer, wait), [*hidden, transport.token])


def _files(operation: Operation, body: Any) -> Files | None:
    if not operation.multipart:
        return None
    files: Files = {}
    for name, upload in (body or {}).items():
        if isinstance(upload, Upload):
            kind = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
            files[name] = (upload.name, upload.content, kind)
    return files


def _judge(operation: Operation, path: str, answered: tuple[int, bytes, float], hidden: list[str]) -> Fate:
    status, content, wait = answered
    payload = decode(content, "json") if content else None
    error = error_body(payload)
    said = without(_said(error), hidden)
    what = f"{operation.method} {path} answered HTTP {status}"
    if status in (401, 403):
        return Fate("failed", status, error=AuthError(f"{what}: the key may not do this{said}."))
    if status in REFUSED or (200 <= status < 300 and error):
        kind = NotFoundError if status == 404 else ApiError
        refusal = kind(f"{what}{said}.", "Nothing was changed.", status=status, code=code_of(error))
        return Fate("failed", status, error=refusal, wait=wait)
    if not 200 <= status < 300:
        return Fate("unknown", status, error=LostAnswerError(f"{what}{said}: it may have been carried out."), wait=wait)
    if payload is GARBAGE or (not content and status == 200 and operation.answer != "empty"):
        return Fate("unknown", status, error=LostAnswerError(f"{what} with something that the API does not send."))
    return Fate("applied", status, payload)


def _said(error: dict[str, Any]) -> str:
    """The API's own number and words."""
    return "".join(f": {part}" for part in (f"error {error['errorCode']}", *words_of(error))) if error else ""


def created_key(payload: Any, *names: str) -> str:
    """The id in the answer to a create: of the object, or of the one object in a list; empty where there is none."""
    row = payload[0] if isinstance(payload, list) and len(payload) == 1 else payload
    found = next((row[name] for name in names if row.get(name) not in (None, "")), "") if isinstance(row, dict) else ""
    return str(found)


def without(text: str, hidden: list[str]) -> str:
    """A text without what was sent in confidence: an error text may repeat it."""
    for value in sorted(hidden, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text
