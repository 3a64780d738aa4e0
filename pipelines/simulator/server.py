"""The simulator on a loopback port, with control routes beside the API. Only transport is done here.

Control routes (no key): `GET /_simulator/state/<table>`, `GET /_simulator/requests`, `POST /_simulator/clock` with `now` or
`advance_seconds`, `POST /_simulator/switches`, `POST /_simulator/faults`.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qsl

import orjson
import uvicorn

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.simulator.faults import PRIVATE
from pipelines.simulator.handler import handle
from pipelines.simulator.request import Refusal, Request, Response, answer, not_found
from pipelines.simulator.switches import Fault
from pipelines.simulator.world import World

CONTROL = "/_simulator/"
NOTED = ("ranged-data", "page-token")
STOP_SECONDS = 10

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]


class Application:
    """A bare ASGI application around one world; calls are answered one at a time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen: list[dict[str, Any]] = []
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP call."""
        if scope["type"] != "http":
            return
        request = await read_request(scope, receive)
        with self._lock:
            response = self.control(request) if request.path.startswith(CONTROL) else self.serve(request)
        await transmit(response, receive, send)

    def serve(self, request: Request) -> Response:
        """Answers a call of the API and remembers that it came."""
        response = handle(self.world, request)
        noted = {name: request.headers[name] for name in NOTED if name in request.headers}
        call = {"method": request.method, "path": request.path, "query": request.query, "headers": noted}
        self.seen.append({**call, "body": request.body.decode("utf-8", "replace"), "status": response.status})
        return response

    def control(self, request: Request) -> Response:
        """Answers a control route; errors come back as 400 or 404."""
        name, _, rest = request.path.removeprefix(CONTROL).partition("/")
        try:
            if request.method == "GET":
                return self.look(name, rest)
            return self.change(name, request.json())
        except Refusal as refusal:
            return refusal.response()
        except (ValueError, TypeError, KeyError) as error:
            return Refusal(400, 1, str(error)).response()

    def look(self, name: str, rest: str) -> Response:
        """The rows of a table, or the calls so far; raises Refusal 404."""
        if name == "requests":
            return answer(self.seen)
        if name != "state" or rest not in BY_TABLE:
            raise not_found()
        # Path parameters are part of the state: unlike in an answer of the API, their `@` keys go out.
        return Response(200, {"content-type": "application/json"}, orjson.dumps(self.world.rows(rest)))

    def change(self, name: str, body: Any) -> Response:
        """Moves the clock, or sets switches or faults; raises Refusal 404."""
        if name == "clock" and "now" in body:
            self.world.clock.set(datetime.fromisoformat(body["now"]))
        elif name == "clock":
            self.world.clock.advance(timedelta(seconds=body["advance_seconds"]))
        elif name == "switches":
            self.world.switches.change(body)
        elif name == "faults":
            self.world.switches.faults = [Fault(**item) for item in body]
        else:
            raise not_found()
        return answer({"now": self.world.clock.now().isoformat()})


async def read_request(scope: Scope, receive: Receive) -> Request:
    """The whole call in one piece."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    return Request(scope["method"], scope["raw_path"].decode("ascii"), query, headers, body)


async def transmit(response: Response, receive: Receive, send: Send) -> None:
    """Sends the answer, or breaks the connection in the way that a fault asks for."""
    headers = dict(response.headers)
    fault = headers.pop(PRIVATE, None)
    if fault == "hang":
        while (await receive())["type"] != "http.disconnect":
            pass
    if fault in ("hang", "reset"):
        disconnect(send)
        return
    length = len(response.body) + (1000 if fault == "truncated" else 0)
    pairs = [(name.encode(), value.encode()) for name, value in {**headers, "content-length": str(length)}.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": pairs})
    await send({"type": "http.response.body", "body": response.body, "more_body": fault == "truncated"})


def disconnect(send: Send) -> None:
    """Drops the connection without an answer, which ASGI has no word for: the sender belongs to uvicorn's connection."""
    cast("Any", send).__self__.transport.abort()


def configure(application: Application) -> uvicorn.Config:
    """The quietest uvicorn there is."""
    return uvicorn.Config(
        application, http="httptools", loop="asyncio", lifespan="off", log_level="critical", log_config=None,
        access_log=False, proxy_headers=False, timeout_graceful_shutdown=1,
    )  # fmt: skip


class Server:
    """The simulator in a thread of its own, for the length of a `with` block; `url` is where it listens."""

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0) -> None:
        self.application = Application(world)
        self._socket = socket.create_server((host, port))
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(configure(self.application))
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    @property
    def world(self) -> World:
        """The account that is served."""
        return self.application.world

    def begin(self, world: World) -> None:
        """Serves another account from now on, with no call seen yet."""
        self.application.world, self.application.seen = world, []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self._socket.close()


def serve(world: World, port: int, host: str = "127.0.0.1") -> None:
    """Runs the simulator until it is interrupted."""
    with socket.create_server((host, port)) as listener:
        uvicorn.Server(configure(Application(world))).run(sockets=[listener])
