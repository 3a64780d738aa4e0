"""Reads operations of the catalogue: lists page by page, details, files. Says nothing about tables or DuckDB."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
from collections.abc import Hashable
from typing import Any, Self

import orjson

from pipelines.errors import ApiError, BadAnswerError, RepeatedPageError, UsageError
from pipelines.i3d.answer import Answer
from pipelines.i3d.operation import Operation
from pipelines.i3d.paging import Enough, ExpiredTokenError, Page, Rows, Sweep, never, ranged, sweep
from pipelines.i3d.transport import Transport
from pipelines.settings import Settings

log = logging.getLogger(__name__)
PAST_THE_END = frozenset({404, 416})
DOCUMENTED_PAGE = 25


class Client:
    """The i3D.net API for reading. A context manager; safe to share between threads."""

    def __init__(self, settings: Settings, transport: Any = None) -> None:
        self.settings = settings
        self.transport = Transport(settings, transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()

    @property
    def requests(self) -> int:
        """How many requests were sent so far, retries included."""
        return self.transport.counters.requests

    def ask(
        self, operation: Operation, parameters: dict[str, str] | None = None, query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One answer as it is. Raises UsageError for a locked operation; other errors as `Transport.read`."""
        if operation.locked and not self.settings.unlocked(operation.name):
            raise UsageError(f"{operation.name} is locked ({operation.reason}): name it in I3D_ALLOW_LOCKED first.")
        path = operation.fill(parameters or {})
        return self.transport.read(path, query or {}, headers or {}, "file" if operation.answer == "file" else "json")

    def samples(self, operation: Operation, parameters: dict[str, str], query: dict[str, str]) -> bytes:
        """The undecoded list of samples of one window. Errors as `Transport.read`."""
        return self.transport.read(operation.fill(parameters), query, {}, "bare").content

    def rows(
        self, operation: Operation, parameters: dict[str, str] | None = None, query: dict[str, str] | None = None,
        enough: Enough = never,
    ) -> Sweep:
        """All rows of a list (or its newest pages until `enough`), the one row of a detail, or the words of a word list.

        Strings become rows `{"value": …}`. Raises BadAnswerError when the answer is not of the declared kind, and errors of
        `ask`; a failed page drops the pages before it.
        """
        if operation.paged:
            return self._sweep(operation, parameters, query, enough)
        rows = rows_of(operation, self.ask(operation, parameters, query).payload)
        if operation.answer == "list" and len(rows) == DOCUMENTED_PAGE:
            return self._beyond_the_default(operation, parameters, query, rows)
        return Sweep(rows, [rows])

    def _sweep(
        self, operation: Operation, parameters: dict[str, str] | None, query: dict[str, str] | None, enough: Enough
    ) -> Sweep:
        def page(start: int, results: int, token: str | None) -> Page:
            headers = ranged(start, results) | ({} if token is None else {"PAGE-TOKEN": token})
            try:
                answer = self.ask(operation, parameters, query, headers)
            except ApiError as error:
                return self._page_of_error(error, start, token)
            return Page(rows_of(operation, answer.payload), answer.token)

        return sweep(page, _identify(operation), results=self.settings.page_size, enough=enough)

    def _page_of_error(self, error: ApiError, start: int, token: str | None) -> Page:
        if token is not None and error.status in (400, 410):
            raise ExpiredTokenError from None
        if start > 0 and error.status in PAST_THE_END:
            log.info("took HTTP %s behind row %s for the end of the list", error.status, start)
            return Page([])
        raise error

    def _beyond_the_default(
        self, operation: Operation, parameters: dict[str, str] | None, query: dict[str, str] | None, rows: Rows
    ) -> Sweep:
        """A list without documented paging that holds exactly one default page may have been cut."""
        try:
            return self._sweep(operation, parameters, query, never)
        except RepeatedPageError:
            return Sweep(rows, [rows])

    def files(self, operation: Operation, parameters: dict[str, str]) -> list[tuple[bytes, str]]:
        """The bytes and media types behind a `file` or `files` operation; base64 is decoded where it is base64."""
        answer = self.ask(operation, parameters)
        if operation.answer == "files":
            if not isinstance(answer.payload, list):
                raise BadAnswerError(f"{operation.path} should answer with a list of pictures.")
            return [(_unwrap(item), "image/png") for item in answer.payload if isinstance(item, str)]
        if isinstance(answer.payload, str):
            return [(_unwrap(answer.payload), "application/octet-stream")]
        return [(answer.content, answer.media_type)]


def rows_of(operation: Operation, payload: Any) -> Rows:
    """The rows in a decoded answer, tolerant of null for an empty list and of a lone row where a list is documented."""
    if payload is None:
        return []
    if operation.answer == "strings" and isinstance(payload, list):
        return [{"value": item} for item in payload]
    known = operation.shape.fields.keys() if operation.shape else frozenset()
    rows = [payload] if isinstance(payload, dict) and known & payload.keys() else payload
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadAnswerError(f"{operation.path} should answer with a list of objects and sent {type(payload).__name__}.")
    return rows


def value_at(row: Any, path: str) -> Any:
    """The value at a dotted path inside nested objects, None where the path ends early."""
    for part in path.split("."):
        row = row.get(part) if isinstance(row, dict) else None
    return row


def digest(value: Any) -> str:
    """A short stable digest of any JSON value."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _identify(operation: Operation) -> Any:
    own = [name for name in operation.key if name not in operation.parameters and name != "row_id"]

    def key(row: dict[str, Any]) -> Hashable:
        if not own:
            return digest(row)
        found = tuple(value_at(row, name) for name in own)
        if any(part is None or isinstance(part, (dict, list)) for part in found):
            raise BadAnswerError(f"A row of {operation.path} came without its key {', '.join(own)}.")
        return found

    return key


def _unwrap(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text.encode()
