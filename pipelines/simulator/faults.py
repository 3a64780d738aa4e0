"""What a failure looks like. Which call it hits is decided in `switches.py`.

Failures below HTTP are only marked here, by a private header that the server acts on and takes off.
"""

from __future__ import annotations

from pipelines.simulator.request import Response, answer
from pipelines.simulator.switches import FaultKind, RefusalKind

PRIVATE = "x-simulator-transport"
HTML = {"content-type": "text/html"}
ERROR = {"errorCode": 10500, "errorMessage": "Something went wrong", "errors": []}
TRUNCATED = b'[{"id": 1, "name": "cut off in the mid'


def fail(kind: FaultKind | RefusalKind) -> Response:
    """The answer of a failing call."""
    pages = {
        "502-html": Response(502, HTML, b"<html><h1>502 Bad Gateway</h1></html>"),
        "504-empty": Response(504, {}, b""),
        "not-json": Response(200, HTML, b"<html>Please log in</html>"),
        "empty-200": Response(200, {"content-type": "application/json"}, b""),
        "error-200": answer(ERROR),
        "redirect": Response(302, {"location": "https://login.example.net/"}, b""),
        "429": answer(ERROR, 429, {"retry-after": "1"}),
        "429-bare": answer(ERROR, 429),
        "truncated": Response(200, {"content-type": "application/json", PRIVATE: kind}, TRUNCATED),
        "hang": Response(200, {PRIVATE: kind}, b""),
        "reset": Response(200, {PRIVATE: kind}, b""),
    }
    return pages[kind] if kind in pages else answer(ERROR, int(kind))
