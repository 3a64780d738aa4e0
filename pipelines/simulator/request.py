"""What goes in and out of the simulator: a request, a response, and the refusal that becomes an error body.

No routing and no state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

HIDDEN = "@"
NOT_FOUND = 10001


@dataclass(frozen=True, slots=True)
class Request:
    """One call; header names are lower-case, the path is as it came over the wire."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The parsed body; raises Refusal 400 when it is no JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise Refusal(400, 10000, "The request body is not valid JSON") from None


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, as bytes."""

    status: int
    headers: dict[str, str]
    body: bytes


class Refusal(Exception):  # noqa: N818 - an answer of the API, not a failure of the simulator
    """An error answer, raised from anywhere inside a handler."""

    def __init__(self, status: int, code: int, message: str, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.errors = status, code, message, errors or []

    def response(self) -> Response:
        """The error body with its status."""
        payload = {"errorCode": self.code, "errorMessage": self.message, "errors": self.errors}
        return answer(payload, self.status)


def not_found() -> Refusal:
    """The refusal of an unknown id."""
    return Refusal(404, NOT_FOUND, "Entity not found")


def expose(payload: Any) -> Any:
    """The payload without the fields that are the simulator's own (marked by `@`)."""
    if isinstance(payload, list):
        return [expose(item) for item in payload]
    if isinstance(payload, dict):
        return {name: value for name, value in payload.items() if not name.startswith(HIDDEN)}
    return payload


def answer(payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; hidden fields of rows stay behind."""
    return Response(status, {"content-type": "application/json", **(headers or {})}, orjson.dumps(expose(payload)))


def empty(status: int = 204) -> Response:
    """An answer without a body."""
    return Response(status, {}, b"")
