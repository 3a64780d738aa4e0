"""Every failure the simulator can throw, over real HTTP: the right rows in the end, or the named error, never less.

Waiting is noted and not done. Single answers are in `test_answers.py`, what a load makes of errors in `tests/load`.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any, get_args

import httpx
import pytest
from fake_api import Api, open_client, record_waits, says
from pydantic import SecretStr

from pipelines.errors import ApiError, AuthError, BadAnswerError, I3DError, NotAllowedError, UnreachableError
from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.client import Client
from pipelines.settings import read_settings
from pipelines.simulator.server import Server
from pipelines.simulator.switches import Fault, FaultKind, Switches
from pipelines.simulator.world import World

LIST, CURRENCIES, SERVERS = BY_TABLE["account_whitelist"], BY_TABLE["currencies"], BY_TABLE["dedicated_servers"]
PAGES = {"first": 0, "middle": 2, "last": 4}
HARD = {"redirect": BadAnswerError, "error-200": ApiError}
TRANSIENT = [kind for kind in get_args(FaultKind) if kind not in HARD]
LASTING = dict.fromkeys(TRANSIENT, ApiError) | dict.fromkeys(("truncated", "hang", "reset"), UnreachableError)
LASTING |= dict.fromkeys(("not-json", "empty-200"), BadAnswerError)


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with Server(World()) as server:
        yield server


@pytest.fixture
def world(served: Server) -> World:
    """The served world with all switches as they come."""
    served.world.switches = Switches()
    return served.world


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return record_waits(monkeypatch)


@pytest.fixture
def client(served: Server, world: World) -> Iterator[Client]:
    """A client with pages of 30 rows."""
    with Client(settings_for(served.url, world.token)) as opened:
        yield opened


def settings_for(url: str, token: str = "demo-token", **more: Any) -> Any:
    given = {"page_size": 30, "timeout_seconds": 30, "deadline_seconds": 60} | more
    return read_settings(base_url=url, api_token=SecretStr(token), **given)


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def strike(world: World, kind: FaultKind, page: str, times: int = 1) -> None:
    world.switches.faults = [Fault(kind, LIST.path, times, PAGES[page])]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", TRANSIENT)
def test_what_passes_is_tried_again(world: World, served: Server, waits: list[float], kind: FaultKind, page: str) -> None:
    strike(world, kind, page, times=2)
    with Client(settings_for(served.url, timeout_seconds=1 if kind == "hang" else 30)) as client:
        assert ids(client.rows(LIST).rows) == ids(world.rows(LIST.table))
        assert len(waits) == client.transport.counters.retries == 2


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", [kind for kind in TRANSIENT if kind != "hang"])
def test_what_stays_is_an_error_in_the_end(world: World, client: Client, kind: FaultKind, page: str) -> None:
    strike(world, kind, page, times=99)
    with pytest.raises(I3DError) as caught:
        client.rows(LIST)
    assert type(caught.value) is LASTING[kind]
    assert world.token not in str(caught.value)
    assert client.requests == PAGES[page] + (8 if PAGES[page] or LASTING[kind] is not UnreachableError else 3)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", HARD)
def test_what_no_repetition_helps_fails_at_once(world: World, client: Client, waits: list[float], kind: Any, page: str) -> None:
    strike(world, kind, page)
    with pytest.raises(HARD[kind]):
        client.rows(LIST)
    assert waits == []
    assert client.requests == PAGES[page] + 1


def test_a_server_that_stays_silent_is_unreachable(world: World, served: Server) -> None:
    strike(world, "hang", "first", times=99)
    settings = settings_for(served.url, timeout_seconds=90, deadline_seconds=0.4)
    with Client(settings) as impatient, pytest.raises(UnreachableError):
        impatient.rows(LIST)


def test_no_attempt_may_outlast_the_deadline() -> None:
    asked = Api(says([]))
    open_client(asked, timeout_seconds=90, deadline_seconds=5).rows(CURRENCIES)
    assert max(asked.asked[0].extensions["timeout"].values()) <= 5


@contextmanager
def listener(answer: Any) -> Iterator[str]:
    """A bare socket that hands every connection to a function; below HTTP no server helps."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    answer(connection, done)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        done.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def test_an_answer_that_trickles_ends_with_the_deadline() -> None:
    def trickle(connection: socket.socket, done: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n[")
        try:
            while not done.wait(0.02):
                connection.sendall(b" ")
        except OSError:
            return

    with listener(trickle) as url, Client(settings_for(url, deadline_seconds=0.5)) as patient:
        with pytest.raises(UnreachableError, match="longer than the deadline"):
            patient.rows(LIST)
        assert patient.requests == 1


def test_what_is_no_http_is_unreachable() -> None:
    greeting = b"SSH-2.0-OpenSSH_9\r\n"
    with (
        listener(lambda connection, done: connection.sendall(greeting)) as url,
        Client(settings_for(url)) as lost,
        pytest.raises(UnreachableError, match="RemoteProtocolError"),
    ):
        lost.rows(LIST)


def test_a_closed_port_is_unreachable() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    with Client(settings_for(url)) as lost, pytest.raises(UnreachableError):
        lost.rows(LIST)


def ask_again(said: str) -> None:
    """Asks an API that says once when to come back."""
    answers = iter([httpx.Response(429, headers={"Retry-After": said}), httpx.Response(200, json=[])])
    open_client(lambda request: next(answers)).rows(CURRENCIES)


@pytest.mark.parametrize(("said", "asked"), [("7", 7), ("2.5", 2.5), ("0", 0), ("soon", 0), ("-3", 0), ("nan", 0), ("", 0)])
def test_the_wait_is_at_least_what_the_api_asks(waits: list[float], said: str, asked: float) -> None:
    ask_again(said)
    assert len(waits) == 1
    assert waits[0] == asked if asked else 0 < waits[0] < 1


def test_the_wait_may_be_a_date(waits: list[float]) -> None:
    ask_again(format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True))
    assert 30 < waits[0] <= 100


def test_a_wait_beyond_the_deadline_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    api = Api(lambda request: httpx.Response(429, headers={"Retry-After": "3600"}))
    with pytest.raises(ApiError, match="HTTP 429"):
        open_client(api, deadline_seconds=20).rows(CURRENCIES)
    assert len(api.asked) == 1


def test_the_waits_grow_and_differ(waits: list[float]) -> None:
    for _ in range(2):
        with pytest.raises(ApiError):
            open_client(says(None, 503)).rows(CURRENCIES)
    half = len(waits) // 2
    assert all(earlier < later for earlier, later in pairwise(waits[:half:2]))  # jitter may swap neighbours
    assert waits[:half] != waits[half:]


def test_the_simulators_429_is_waited_for(world: World, client: Client, waits: list[float]) -> None:
    strike(world, "429", "middle")
    client.rows(LIST)
    assert waits[0] >= 1
    assert client.transport.gate.limit == client.settings.concurrency // 2


@pytest.mark.parametrize("cap", [1, 5, None])
@pytest.mark.parametrize("end", ["empty", "null", "404", "416"])
def test_a_capped_api_gives_all_its_rows(world: World, client: Client, cap: int | None, end: Any) -> None:
    world.switches.page_cap, world.switches.past_end = cap, end
    assert ids(client.rows(SERVERS).rows) == ids(world.rows(SERVERS.table))


def test_rows_that_come_or_go_between_pages_cost_no_others(client: Client, world: World) -> None:
    for switch in ("insert_between_pages", "delete_between_pages"):
        before = set(ids(world.rows(LIST.table)))
        world.switches.change({switch: {LIST.table}})
        found = ids(client.rows(LIST).rows)
        world.switches.change({switch: set()})
        assert before & set(ids(world.rows(LIST.table))) <= set(found)
        assert len(found) == len(set(found))


def test_page_tokens_are_followed_and_renewed(world: World, served: Server) -> None:
    world.switches.page_token = True
    with Client(settings_for(served.url, page_size=5)) as reader:
        assert ids(reader.rows(SERVERS).rows) == ids(world.rows(SERVERS.table))
        world.switches.page_token_seconds = 0
        with pytest.raises(BadAnswerError, match="token expired"):
            reader.rows(SERVERS)


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_and_a_missing_right_differ(world: World, served: Server, client: Client, status: Any) -> None:
    world.switches.bad_key_status, world.switches.denied = status, {LIST.path}
    with pytest.raises(NotAllowedError):
        client.rows(LIST)
    with Client(settings_for(served.url, "wrong")) as stranger, pytest.raises(AuthError):
        stranger.rows(LIST)
