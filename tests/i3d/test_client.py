"""What the client puts on the wire: key, ranges, tokens, nothing else, and not too much at once.

What it makes of an answer is in `test_answers.py`, broken connections are in `test_faults.py`.
"""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from fake_api import HOST, KEY, Api, error, open_client, paged, record_waits, says, some
from pydantic import SecretStr

from pipelines.errors import ApiError, AuthError, BadAnswerError, RepeatedPageError, UsageError
from pipelines.i3d.catalogue import BY_NAME, BY_TABLE, OPERATIONS
from pipelines.i3d.gate import GROW_AFTER, Gate
from pipelines.i3d.wire import TokenAuth

COUNTRIES, CURRENCIES, SERVERS = BY_TABLE["countries"], BY_TABLE["currencies"], BY_TABLE["dedicated_servers"]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    return record_waits(monkeypatch)


def test_every_call_carries_the_key_and_every_page_its_range() -> None:
    api = Api(paged(some(120)))
    assert open_client(api, page_size=50).rows(COUNTRIES).rows == some(120)
    assert api.sent("RANGED-DATA") == [f"start={start},results=50" for start in (0, 49, 98, 119)]
    assert set(api.sent("PRIVATE-TOKEN")) == {KEY}
    assert {str(request.url) for request in api.asked} == {f"{HOST}/v3/country"}
    assert {request.method for request in api.asked} == {"GET"}


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.paged and not one.each], ids=lambda one: one.name)
def test_no_paged_list_is_asked_without_a_range(operation: Any) -> None:
    api = Api(says([]))
    parameters = dict.fromkeys(operation.parameters, "7")
    assert open_client(api).rows(operation, parameters).rows == []
    assert api.sent("RANGED-DATA") == ["start=0,results=100"]


def test_path_parameters_and_queries_are_encoded() -> None:
    api = Api(says([]))
    open_client(api).ask(BY_NAME["get_flexmetal_tag"], {"tag": "a/b ?c"}, {"filter": "x&y=z"})
    assert api.asked[0].url.raw_path == b"/v3/flexMetal/tags/a%2Fb%20%3Fc?filter=x%26y%3Dz"
    with pytest.raises(ValueError, match="needs tag"):
        open_client(api).ask(BY_NAME["get_flexmetal_tag"])


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.net/v3", "https://api.example.net:8443/v3", "https://api.example.net.evil.org/v3",
        "https://evil.org/api.example.net", "https://example.net/", "https://api.example.net@evil.org/",
    ],
)  # fmt: skip
def test_the_key_goes_to_no_other_place(url: str) -> None:
    auth = TokenAuth(httpx.URL(HOST), KEY)
    assert "PRIVATE-TOKEN" not in next(auth.auth_flow(httpx.Request("GET", url))).headers
    assert next(auth.auth_flow(httpx.Request("GET", HOST + "/v3/x"))).headers["PRIVATE-TOKEN"] == KEY


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(waits: list[float], status: int) -> None:
    api = Api(says(None, status, location="https://evil.example.org/v3/country"))
    with pytest.raises(BadAnswerError, match="redirected"):
        open_client(api).rows(COUNTRIES)
    assert [request.url.host for request in api.asked] == ["api.example.net"]
    assert waits == []


@pytest.mark.parametrize("key", ["", " abc", "abc def", "abc\n", "ключ"])
def test_a_key_that_cannot_be_one_is_refused_before_any_call(key: str) -> None:
    with pytest.raises(AuthError) as caught:
        open_client(says([]), api_token=SecretStr(key))
    assert not key.strip() or key.strip() not in str(caught.value)


def test_cookies_are_not_kept() -> None:
    api = Api(lambda request: httpx.Response(200, json=[], headers={"set-cookie": "session=abc; Path=/"}))
    reader = open_client(api)
    for _ in range(3):
        reader.rows(CURRENCIES)
    assert not any("cookie" in request.headers for request in api.asked)


def test_locked_operations_need_their_name_in_the_settings() -> None:
    api = Api(says([]))
    operation = BY_NAME["get_flexmetal_root_password"]
    with pytest.raises(UsageError, match="I3D_ALLOW_LOCKED"):
        open_client(api, allow_locked="get_payment_landing").ask(operation, {"uuid": "1"})
    assert api.asked == []
    open_client(api, allow_locked=f"get_payment_landing, {operation.name}").ask(operation, {"uuid": "1"})
    assert len(api.asked) == 1


@pytest.mark.parametrize("count", [24, 25, 26])
def test_an_unpaged_list_of_one_default_page_is_asked_again(count: int) -> None:
    api = Api(says(some(count)))
    assert open_client(api).rows(CURRENCIES).rows == some(count)
    assert api.sent("RANGED-DATA")[0] is None
    assert (len(api.asked) > 1) == (count == 25)


def test_a_list_that_was_cut_at_the_default_page_comes_whole() -> None:
    rows = some(60)
    api = Api(lambda request: paged(rows)(request) if "RANGED-DATA" in request.headers else httpx.Response(200, json=rows[:25]))
    assert open_client(api).rows(CURRENCIES).rows == rows


@pytest.mark.parametrize("status", [404, 416])
def test_past_the_end_may_be_an_error(status: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        first = request.headers["RANGED-DATA"].startswith("start=0,")
        return httpx.Response(200, json=some(1)) if first else httpx.Response(status, json=error())

    assert open_client(answer, page_size=1).rows(COUNTRIES).rows == some(1)
    with pytest.raises(ApiError):
        open_client(says(error(), status)).rows(COUNTRIES)


def test_an_ignored_range_raises() -> None:
    with pytest.raises(RepeatedPageError):
        open_client(says(some(25))).rows(COUNTRIES)


def cursor(count: int, expired: set[int] | None = None, status: int = 410) -> Api:
    """Pages by token; calls whose number is in `expired` are refused."""

    def answer(request: httpx.Request) -> httpx.Response:
        if len(api.asked) in (expired or ()):
            return httpx.Response(status, json=error())
        at = int(request.headers.get("PAGE-TOKEN", 0))
        more = {"PAGE-TOKEN": str(at + 10)} if at + 10 < count else {}
        return httpx.Response(200, json=some(count)[at : at + 10], headers=more)

    api = Api(answer)
    return api


def test_page_tokens_are_sent_back() -> None:
    api = cursor(25)
    assert open_client(api, page_size=10).rows(SERVERS).rows == some(25)
    assert api.sent("PAGE-TOKEN") == [None, "10", "20"]
    assert all(api.sent("RANGED-DATA"))


@pytest.mark.parametrize("status", [400, 410])
def test_a_refused_page_token_begins_again(status: int) -> None:
    api = cursor(25, {3}, status)
    assert open_client(api, page_size=10).rows(SERVERS).rows == some(25)
    assert api.sent("PAGE-TOKEN") == [None, "10", "20", None, "10", "20"]
    with pytest.raises(BadAnswerError, match="expired"):
        open_client(cursor(25, set(range(2, 99, 2)), status), page_size=10).rows(SERVERS)


def test_a_refused_first_page_is_no_expired_token() -> None:
    for status in (400, 410):
        with pytest.raises(ApiError):
            open_client(says(error(), status)).rows(SERVERS)


def test_requests_are_counted_together_and_by_thread() -> None:
    reader = open_client(says([]))
    reader.rows(CURRENCIES)
    other = threading.Thread(target=lambda: [reader.rows(CURRENCIES) for _ in range(3)])
    other.start()
    other.join()
    assert (reader.requests, reader.transport.counters.mine()) == (4, 1)


def test_a_gate_halves_on_429_and_grows_back() -> None:
    gate = Gate(8)
    for limit in (4, 2, 1, 1):
        gate.back_off()
        assert gate.limit == limit
    for _ in range(GROW_AFTER * 20):
        gate.succeed()
    assert gate.limit == 8


def test_429_halves_the_requests_under_way() -> None:
    answers = iter([httpx.Response(429), httpx.Response(429)])
    reader = open_client(lambda request: next(answers, None) or httpx.Response(200, json=[]), concurrency=8)
    reader.rows(CURRENCIES)
    assert reader.transport.gate.limit == 2


def test_no_more_requests_at_once_than_allowed() -> None:
    guard, inside, most = threading.Lock(), [0], [0]
    arrived = threading.Barrier(3, timeout=60)

    def answer(request: httpx.Request) -> httpx.Response:
        with guard:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        arrived.wait()
        with guard:
            inside[0] -= 1
        return httpx.Response(200, json=[])

    reader = open_client(answer, concurrency=3)
    threads = [threading.Thread(target=reader.rows, args=(CURRENCIES,)) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most[0], reader.requests) == (3, 9)
