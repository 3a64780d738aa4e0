"""An API that answers by a function, with httpx's own mock for a network, and clients that ask it. No test is in here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr

from pipelines.i3d import transport
from pipelines.i3d.client import Client
from pipelines.settings import read_settings

KEY = "a1b2c3d4e5f6"
HOST = "https://api.example.net"
Handler = Callable[[httpx.Request], httpx.Response]


class Api:
    """Answers by a function and keeps what it was asked."""

    def __init__(self, answer: Handler) -> None:
        self.answer, self.asked = answer, list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer(request)

    def sent(self, header: str) -> list[str | None]:
        return [request.headers.get(header) for request in self.asked]


def says(payload: Any, status: int = 200, **headers: str) -> Handler:
    return lambda request: httpx.Response(status, content=orjson.dumps(payload), headers=headers)


def sends(content: bytes, kind: str) -> Handler:
    return lambda request: httpx.Response(200, content=content, headers={"content-type": kind})


def paged(rows: list[Any]) -> Handler:
    """Answers the asked range of a list."""

    def answer(request: httpx.Request) -> httpx.Response:
        start, results = (int(part.split("=")[1]) for part in request.headers["RANGED-DATA"].split(","))
        return httpx.Response(200, json=rows[start : start + results])

    return answer


def some(count: int) -> list[dict[str, Any]]:
    return [{"id": number, "name": f"row {number}"} for number in range(count)]


def error(code: int = 10001, message: str = "Entity not found", errors: Any = None) -> dict[str, Any]:
    return {"errorCode": code, "errorMessage": message, "errors": errors}


def open_client(answer: Handler, **settings: Any) -> Client:
    given = {"base_url": HOST, "api_token": SecretStr(KEY)} | settings
    return Client(read_settings(**given), httpx.MockTransport(answer))


def record_waits(patch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits from here on: how long a client would have waited is kept instead."""
    kept: list[float] = []
    pause = transport._pause
    patch.setattr(transport, "_pause", lambda state: kept.append(pause(state)) or 0.0)
    return kept
