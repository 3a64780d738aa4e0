"""How the simulator's reads behave: rights, paging, the clock, windows, and faults over real HTTP.

What the answers hold is in `test_reads.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import orjson
import pytest
from read_calls import ask, page, read, small

from pipelines.simulator.handler import handle
from pipelines.simulator.request import Request
from pipelines.simulator.server import Server
from pipelines.simulator.switches import Fault, Switches
from pipelines.simulator.world import DEFAULT_NOW, World


def test_keys_and_rights() -> None:
    world = World(switches=Switches(denied={"/v3/flexMetal"}))
    assert handle(world, Request("GET", "/v3/colocation")).status == 403
    assert ask(world, "/v3/flexMetal/servers").status == 403
    assert handle(world, Request("GET", "/v3/health")).status == 200
    world.switches.bad_key_status = 401
    assert ask(world, "/v3/colocation", {"private-token": "wrong"}).status == 401
    assert ask(world, "/v3/nowhere").status == 404


def test_paging_and_its_switches() -> None:
    world = World()
    assert len(read(world, "/v3/country")) == 25
    assert [row["id"] for row in read(world, "/v3/country", page(100, 50))] == list(range(101, 151))
    assert len(read(world, "/v3/account/whitelist", page(0, 100))) == 100
    assert read(world, "/v3/country", page(249, 100)) == []
    world.switches.page_cap = 50
    assert len(read(world, "/v3/country", page(0, 100))) == 50
    for kind, status in (("404", 404), ("416", 416), ("null", 200)):
        world.switches.change({"past_end": kind})
        assert ask(world, "/v3/country", page(300, 100)).status == status
    world.switches.change({"ignore_paging": ["/v3/country"], "missing_header": "400"})
    assert read(world, "/v3/country", page(100, 50))[0]["id"] == 1
    assert ask(world, "/v3/colocation").status == 400


def test_rows_come_and_go_between_pages() -> None:
    world = World(switches=Switches(insert_between_pages={"account_whitelist"}))
    first = read(world, "/v3/account/whitelist", page(0, 50))
    assert read(world, "/v3/account/whitelist", page(50, 50))[0] == first[-1]
    world.switches.change({"insert_between_pages": [], "delete_between_pages": ["account_whitelist"]})
    whole = [row["id"] for row in world.rows("account_whitelist")]
    first = read(world, "/v3/account/whitelist", page(0, 50))
    assert read(world, "/v3/account/whitelist", page(50, 1))[0]["id"] == whole[51]


def test_page_tokens_lead_through_the_list_and_expire() -> None:
    world = World(switches=Switches(page_token=True))
    response = ask(world, "/v3/dedicatedServer", page(0, 5))
    rows = orjson.loads(response.body)
    while "PAGE-TOKEN" in response.headers:
        token = {"page-token": response.headers["PAGE-TOKEN"]}
        response = ask(world, "/v3/dedicatedServer", token)
        rows += orjson.loads(response.body)
    assert [row["id"] for row in rows] == [row["id"] for row in world.rows("dedicated_servers")]
    response = ask(world, "/v3/dedicatedServer", page(0, 2), labels="env=test")
    following = read(world, "/v3/dedicatedServer", {"page-token": response.headers["PAGE-TOKEN"]})
    assert all({"key": "env", "value": "test"} in row["labels"] for row in following)
    world.clock.advance(timedelta(hours=1))
    assert ask(world, "/v3/dedicatedServer", token).status == 410
    assert ask(world, "/v3/dedicatedServer", {"page-token": "rubbish"}).status == 400


def test_the_clock_moves_forward_and_brings_the_stories() -> None:
    world = World(start=DEFAULT_NOW - timedelta(days=95))
    key = world.rows("dedicated_servers")[0]["id"]
    before = read(world, f"/v3/dedicatedServer/{key}")[0]["pricePerMonth"]
    billed = len(world.rows("invoices"))
    world.clock.set(DEFAULT_NOW)
    assert int(read(world, f"/v3/dedicatedServer/{key}")[0]["pricePerMonth"]) == int(before) * 110 // 100
    assert len(world.rows("invoices")) > billed
    with pytest.raises(ValueError, match="forward only"):
        world.clock.set(DEFAULT_NOW - timedelta(seconds=1))
    assert World(start=DEFAULT_NOW).rows("invoices") == world.rows("invoices")


def samples(world: World, start: int, end: int) -> list[int]:
    pdu = world.tables["pdus"][0]["id"]
    history = read(world, f"/v3/telemetry/pdu/{pdu}", startTime=start, endTime=end)[0]
    return [sample["timestamp"] for sample in history["data"]]


def test_windows_are_half_open_and_end_now() -> None:
    world = World()
    now = world.clock.stamp()
    assert samples(world, now - 900, now - 300) == [now - 900, now - 600]
    assert samples(world, now - 300, now + 86_400) == [now - 300, now]
    world.switches.window_inclusive_end = True
    assert samples(world, now - 900, now - 300) == [now - 900, now - 600, now - 300]
    world.switches.window_max_days = 2
    uplink = read(world, "/v3/colocation")[0]["uplinks"][0]["uplinkId"]
    rack = world.tables["colocations"][0]["id"]
    path = f"/v3/colocation/{rack}/network/usage/{uplink}/raw"
    assert ask(world, path, startTime=now - 3 * 86_400, endTime=now).status == 422
    assert ask(world, f"/v3/colocation/{rack}/network/usage/1/raw").status == 404


def test_a_window_that_has_not_begun_holds_no_samples() -> None:
    world = small()
    rack, now = world.tables["colocations"][1], world.clock.stamp()
    feed = next(row for row in world.tables["pdus"] if row["@colocationId"] == rack["id"])
    port = f"/v3/colocation/{rack['id']}/network/usage/{rack['uplinks'][0]['uplinkId']}/raw"
    for path in (f"/v3/telemetry/colocation/{rack['id']}/network", f"/v3/telemetry/pdu/{feed['id']}", port):
        assert read(world, path, startTime=now + 86_400, endTime=now + 2 * 86_400)[0]["data"] == []


def test_a_window_in_parts_equals_the_whole() -> None:
    world = small()
    rack = world.tables["colocations"][1]
    now = world.clock.stamp() // 86_400 * 86_400
    paths = [f"/v3/colocation/{rack['id']}/network/usage/{port['uplinkId']}/raw" for port in rack["uplinks"]]
    whole = [read(world, path, startTime=now - 86_400, endTime=now)[0]["data"] for path in paths]
    halves = [
        read(world, paths[0], startTime=start, endTime=start + 43_200)[0]["data"] for start in (now - 86_400, now - 43_200)
    ]
    assert halves[0] + halves[1] == whole[0]
    hours = read(world, f"/v3/telemetry/colocation/{rack['id']}/network", startTime=now - 82_800, endTime=now)[0]
    in_hours = sum(sample["networkIngress"] + sample["networkEgress"] for sample in hours["data"])
    covered = [sample for data in whole for sample in data if now - 86_400 < sample["timestamp"] <= now - 3600]
    assert in_hours == sum(int(sample["sum"]) for sample in covered)


def test_usage_of_a_month_is_the_sum_of_its_billable_hours() -> None:
    world = small()
    rows = read(world, "/v3/flexMetal/usage", startDate="2026-10-01", endDate="2026-11-01")
    assert rows
    assert all(row["totalHours"] == -(-row["totalMinutes"] // 60) for row in rows)
    assert all(row["bandwidthOut"] > row["bandwidthIn"] > 0 for row in rows)
    assert ask(world, "/v3/flexMetal/usage", startDate="yesterday").status == 422


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(World()) as running:
        yield running


STATUSES = {
    "429": 429, "429-bare": 429, "408": 408, "425": 425, "500": 500, "502-html": 502, "503": 503, "504-empty": 504,
    "not-json": 200, "empty-200": 200, "error-200": 200, "redirect": 302,
}  # fmt: skip


def test_faults_over_http(server: Server) -> None:
    with httpx.Client(base_url=server.url, headers={"PRIVATE-TOKEN": "demo-token"}) as client:
        for kind, status in STATUSES.items():
            server.world.switches.faults = [Fault(kind, "/v3/currency", after=1)]  # type: ignore[arg-type]
            assert [client.get("/v3/currency").status_code for _ in range(3)] == [200, status, 200], kind


@pytest.mark.parametrize("kind", ["truncated", "reset", "hang"])
def test_broken_connections(server: Server, kind: str) -> None:
    with httpx.Client(base_url=server.url, headers={"PRIVATE-TOKEN": "demo-token"}) as client:
        client.post("/_simulator/faults", json=[{"kind": kind, "path": "/v3/currency"}])
        with pytest.raises(httpx.TransportError):
            client.get("/v3/currency", timeout=1)
        assert client.get("/v3/currency").status_code == 200


def test_control_routes(server: Server) -> None:
    with httpx.Client(base_url=server.url, headers={"PRIVATE-TOKEN": "demo-token"}) as client:
        client.get("/v3/country", headers={"RANGED-DATA": "start=5,results=1"})
        seen = client.get("/_simulator/requests").json()[-1]
        assert (seen["path"], seen["headers"], seen["status"]) == ("/v3/country", {"ranged-data": "start=5,results=1"}, 200)
        assert "@colocationId" in client.get("/_simulator/state/pdus").json()[0]
        moved = client.post("/_simulator/clock", json={"advance_seconds": 60}).json()["now"]
        assert moved == "2026-11-15T09:01:00+00:00"
        assert client.post("/_simulator/clock", json={"now": "2026-01-01T00:00:00+00:00"}).status_code == 400
        assert client.post("/_simulator/switches", json={"no_such": 1}).status_code == 400
        assert client.post("/_simulator/switches", json={"page_cap": None}).status_code == 200
