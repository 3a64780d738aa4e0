"""How many requests go out at once: fewer while the API strains, as many as allowed again when it has recovered."""

from __future__ import annotations

import httpx
import pytest
from fake_api import open_client

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.gate import GROW_AFTER, Gate


def answered(gate: Gate, seconds: float, rounds: int = 1) -> int:
    for _ in range(rounds * GROW_AFTER):
        gate.succeed(seconds)
    return gate.limit


def test_a_gate_opens_as_wide_as_the_setting_and_stays_so_while_answers_come_as_usual() -> None:
    gate = Gate(8)
    assert answered(gate, 0.05, rounds=20) == 8


@pytest.mark.parametrize("usual", [0.01, 0.05, 0.5])
def test_it_gives_way_while_answers_take_longer_than_they_used_to(usual: float) -> None:
    gate = Gate(8)
    answered(gate, usual)
    assert answered(gate, 4 * usual + 0.1) == 6
    assert answered(gate, 8 * usual + 0.2) < 6


def test_small_delays_are_this_machines_own() -> None:
    gate = Gate(8)
    answered(gate, 0.002)
    assert answered(gate, 0.05, rounds=5) == 8


def test_what_is_slow_for_long_becomes_usual_and_the_gate_opens_again() -> None:
    gate = Gate(8)
    answered(gate, 0.05)
    lowest = min(answered(gate, 1.0) for _ in range(8))
    assert 1 <= lowest < 8
    assert answered(gate, 1.0, rounds=20) == 8


def test_it_never_closes() -> None:
    gate, seconds = Gate(2), 0.1
    for _ in range(12):
        seconds *= 4
        assert 1 <= answered(gate, seconds) <= 2


def test_a_request_takes_a_warm_connection_and_no_two_share_one() -> None:
    reader = open_client(lambda request: httpx.Response(200, json=[]), concurrency=3)
    reader.transport.wire.given = None
    made = [reader.transport.wire._take() for _ in range(3)]
    assert len(set(map(id, made))) == 3
    reader.transport.wire.idle.extend(made)
    assert reader.transport.wire._take() is made[-1]
    reader.transport.wire.idle.append(made[-1])
    reader.transport.close()
    assert not reader.transport.wire.idle


@pytest.mark.parametrize(
    ("environment", "scheme", "host", "proxy"),
    [
        ({}, "https", "api.example.net", None),
        ({"https_proxy": "http://proxy:3128"}, "https", "api.example.net", "http://proxy:3128"),
        ({"all_proxy": "http://proxy:3128"}, "https", "api.example.net", "http://proxy:3128"),
        ({"https_proxy": "http://proxy:3128", "no_proxy": "example.net"}, "https", "api.example.net", None),
        ({"http_proxy": "http://proxy:3128"}, "http", "127.0.0.1", None),
    ],
)
def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], scheme: str, host: str, proxy: str | None
) -> None:
    from pipelines.i3d.wire import proxy_of

    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_of(scheme, host) == proxy


def test_every_request_goes_through_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    reader = open_client(lambda request: httpx.Response(200, json=[]))
    monkeypatch.setattr(reader.transport.gate, "succeed", seen.append)
    reader.rows(BY_TABLE["currencies"])
    assert len(seen) == 1
    assert seen[0] > 0
