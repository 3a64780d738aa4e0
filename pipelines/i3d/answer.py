"""What an HTTP answer says: its JSON, the error in it, how long to wait. Decides nothing about retries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import orjson

from pipelines.i3d.wire import Response

Form = Literal["json", "file", "bare"]
GARBAGE = object()


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer: status, decoded JSON (None for a file or a bare list), bytes, media type, page token."""

    status: int
    payload: Any
    content: bytes
    media_type: str
    token: str | None


def decode(content: bytes, form: Form) -> Any:
    """The JSON in an answer, GARBAGE where there is none; a bare list is only looked at from both ends."""
    if form == "bare" and content[:1] == b"[" and content.rstrip()[-1:] == b"]":
        return None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return GARBAGE


def error_body(payload: Any) -> dict[str, Any]:
    """The error in an answer, whatever its status, or nothing."""
    return payload if isinstance(payload, dict) and "errorCode" in payload else {}


def code_of(error: dict[str, Any]) -> int:
    """The API's own number of an error, 0 where it gives none."""
    code = error.get("errorCode", 0)
    return code if isinstance(code, int) else 0


def words_of(error: dict[str, Any]) -> list[str]:
    """The API's own words for an error: its message, and the single complaints."""
    words = (str(error.get("errorMessage") or "").strip(" ,"), _complaints(error.get("errors")))
    return [part for part in words if part]


def _complaints(errors: Any) -> str:
    """The single complaints of an error body, which is not always the documented list of objects."""
    listed = errors if isinstance(errors, list) else [errors]
    pairs = (f"{one.get('property')}: {one.get('message')}" if isinstance(one, dict) else str(one) for one in listed if one)
    return "; ".join(pair.strip(" ,") for pair in pairs)


def retry_after(response: Response) -> float:
    """The seconds to wait, which HTTP also lets an API tell as a date; 0 where it says nothing of use."""
    said = response.headers.get("retry-after", "")
    try:
        wait = float(said) if said[:1].isdigit() else (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
        return max(0.0, wait)
    except (ValueError, TypeError):
        return 0.0
