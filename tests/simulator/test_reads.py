"""Every read of the catalogue against the simulator: shapes, paging, windows, the clock, faults over real HTTP.

What writes do is in `test_writes.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from pipelines.i3d.catalogue import BY_NAME, OPERATIONS
from pipelines.i3d.operation import Operation
from pipelines.i3d.shape import Field, Shape
from pipelines.simulator.handler import handle
from pipelines.simulator.lists import BARE
from pipelines.simulator.parents import combinations
from pipelines.simulator.request import Request, Response
from pipelines.simulator.server import Server
from pipelines.simulator.switches import Fault, Switches
from pipelines.simulator.world import DEFAULT_NOW, World

REFERENCE = Path(__file__).resolve().parents[2].parent / "shared" / "i3d_api"
READS = [operation for operation in OPERATIONS if operation.kind != "write"]
HEADERS = {"private-token": "demo-token"}
TYPES: dict[str, tuple[type, ...]] = {
    "id": (int, str), "text": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "object": (dict,),
    "list": (list,), "any": (object,), "string": (str,), "object or list[any]": (dict, list), "string:date-time": (str,),
}  # fmt: skip


@cache
def small() -> World:
    """One world for all tests that only read rows by shape."""
    return World()


def ask(world: World, path: str, headers: dict[str, str] | None = None, **query: Any) -> Response:
    texts = {name: str(value) for name, value in query.items()}
    return handle(world, Request("GET", path, texts, HEADERS | (headers or {})))


def read(world: World, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
    response = ask(world, path, headers, **query)
    assert response.status == 200, response.body
    return orjson.loads(response.body)


def page(start: int, results: int) -> dict[str, str]:
    return {"ranged-data": f"start={start},results={results}"}


def parameters_of(world: World, operation: Operation) -> dict[str, str]:
    """Path parameters that exist, for operations that are loaded and for those asked on demand."""
    if operation.each:
        return next(combinations(world, operation))
    if operation.name == "get_flexmetal_root_password":
        row = next(row for row in world.tables["flexmetal_servers"] if row["os"]["slug"].startswith("windows"))
        row["deliveredAt"] = world.clock.stamp() - 3600
        return {"uuid": row["uuid"]}
    if operation.name == "get_api_log_by_method":
        return {"requestType": "post"}
    if operation.name == "get_invoice_by_number":
        return {"invoiceNumber": world.tables["invoices"][0]["invoiceNumber"]}
    if operation.parameters:
        return detail_parameters(world, operation)
    return {}


def detail_parameters(world: World, operation: Operation) -> dict[str, str]:
    row = world.rows(operation.rereads)[0]
    *parents, last = operation.parameters
    key = next(line for line in READS if line.table == operation.rereads).key[-1]
    return {**{name: str(row["@" + name]) for name in parents}, last: str(row[key])}


def conform(shape: Shape, row: Any, path: str) -> None:
    """The declared and the withheld fields, no others, each of its type."""
    assert isinstance(row, dict), path
    assert set(row) == set(shape.fields) | set(shape.withheld), path
    for name, item in shape.fields.items():
        conform_value(item, row[name], f"{path}.{name}")


def conform_value(item: Field, value: Any, path: str) -> None:
    if value is None:
        return
    assert isinstance(value, TYPES[item.type]), f"{path}: {value!r}"
    if item.type == "object" and isinstance(item.of, Shape):
        conform(item.of, value, path)
    for entry in value if item.type == "list" else ():
        if isinstance(item.of, Shape):
            conform(item.of, entry, path + "[]")
        elif item.of:
            conform_value(item.of, entry, path + "[]")


def agree(schemas: dict[str, Any], name: str, row: dict[str, Any]) -> None:
    """Every field of the provider's own schema is there, with its type."""
    for field, told in schemas[name].items():
        assert field in row, f"{name}.{field} is missing"
        if row[field] is None:
            assert told.get("nullable") or (name, field) in (("APIResponse", "body"),) or field == "unit", f"{name}.{field}"
        else:
            agree_value(schemas, told["type"], row[field], f"{name}.{field}")


def agree_value(schemas: dict[str, Any], kind: str, value: Any, path: str) -> None:
    if kind.startswith("list["):
        assert isinstance(value, list), path
        for entry in value:
            agree_value(schemas, kind[5:-1], entry, path)
    elif kind.startswith("#") and " or " not in kind:
        agree(schemas, kind[1:], value)
    elif kind in TYPES:
        assert isinstance(value, TYPES[kind]), f"{path}: {value!r} is no {kind}"
        assert kind == "boolean" or not isinstance(value, bool), path


@pytest.mark.parametrize("operation", READS, ids=lambda line: line.name)
def test_every_read_answers_in_its_shape(operation: Operation) -> None:
    world = small()
    response = ask(world, operation.fill(parameters_of(world, operation)))
    assert response.status == 200, response.body
    if operation.name == "get_invoice_pdfs":
        assert response.headers["content-type"] == "application/pdf"
        return
    payload = orjson.loads(response.body)
    if operation.answer in ("file", "files", "strings"):
        assert isinstance(payload, str) if operation.answer == "file" else all(isinstance(item, str) for item in payload)
        return
    rows = [payload] if operation.name in BARE else payload
    assert rows, "nothing to check"
    for row in rows:
        assert operation.shape
        conform(operation.shape, row, operation.name)


@pytest.mark.skipif(not REFERENCE.exists(), reason="the provider's schemas are not part of the project")
def test_every_read_agrees_with_the_providers_schema() -> None:
    schemas = json.loads((REFERENCE / "schemas.json").read_text())
    kinds = {line["path"]: line["response"] for line in json.loads((REFERENCE / "reads.json").read_text())}
    assert set(kinds) == {operation.path for operation in READS}
    world = small()
    for operation in READS:
        told = kinds[operation.path]
        if told["schema"]:
            payload = read(world, operation.fill(parameters_of(world, operation)))
            assert isinstance(payload, dict) == (told["kind"] == "object"), operation.path
            for row in payload if isinstance(payload, list) else [payload]:
                agree(schemas, told["schema"], row)


def test_secrets_and_people_are_recognisable() -> None:
    world = small()
    rack, ticket = read(world, "/v3/colocation")[0], read(world, "/v3/tickets")[0]
    assert rack["datacenter"]["wifi"]["password"].startswith("CANARY-SECRET-password-")
    assert ticket["hash"].startswith("CANARY-SECRET-hash-")
    assert read(world, "/v3/session/user")["firstName"].startswith("CANARY-PERSONAL-firstName-")
    assert "CANARY-SECRET" in orjson.dumps(read(world, "/v3/account/apiLog")).decode()


def test_the_same_seed_gives_the_same_bytes() -> None:
    paths = ("/v3/dedicatedServer", "/v3/account/invoice", "/v3/tickets", "/v3/telemetry/colocation/powerUsage")
    first, again, other = ([ask(world, path).body for path in paths] for world in (World(), World(), World(seed=2)))
    assert first == again
    assert first[0] != other[0]


def test_an_empty_account_has_no_rows_of_its_own() -> None:
    world = World(size="empty")
    for path in ("/v3/dedicatedServer", "/v3/colocation", "/v3/account/invoice", "/v3/flexMetal/servers", "/v3/tickets"):
        assert read(world, path) == []
    assert len(read(world, "/v3/country", page(0, 500))) == 249
    assert len(read(world, "/v3/account/details")) == 1


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


def test_invoices_agree_with_their_lines_and_their_long_form() -> None:
    world = small()
    wrong = []
    for row in world.rows("invoices"):
        detail = read(world, f"/v3/account/invoice/{row['id']}")[0]
        assert (str(detail["id"]), detail["amountIncVat"]) == (row["id"], row["amountIncVAT"])
        assert int(row["totalPaidAmount"]) + int(row["remainingAmount"]) == int(row["amountIncVAT"]) or row["paymentDate"]
        if sum(int(line["amountExclVat"]) for line in detail["items"]) != int(row["amountExclVAT"]):
            wrong.append(row["description"])
        for line in detail["items"]:
            exact = float(line["unitPrice"]) * line["quantity"] + int(line["setupCosts"])
            assert abs(exact - int(line["amountExclVat"])) <= 1, line
    assert len(wrong) == 1


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


def test_filters() -> None:
    world = small()
    assert all({"key": "env", "value": "test"} in row["labels"] for row in read(world, "/v3/dedicatedServer", labels="env=test"))
    released = read(world, "/v3/flexMetal/servers", status="released")
    assert {row["status"] for row in released} == {"released"}
    assert {row["status"] for row in read(world, "/v3/colocation/access", status="revoked")} == {"revoked"}
    assert "revoked" not in {row["status"] for row in read(world, "/v3/colocation/access")}
    assert ask(world, "/v3/colocation/access", status="sleepy").status == 422
    assert all("Colocation" in row["description"] for row in read(world, "/v3/account/invoice", filter="colocation"))


def test_dressing_switches() -> None:
    world = World(switches=Switches(date_style="dmy", no_date="0000-00-00", extra_fields=True, missing_fields=True))
    row = read(world, "/v3/dedicatedServer")[0]
    assert row["dateCancelled"] == "0000-00-00"
    assert len(row["dateStart"]) == 10
    assert row["dateStart"][2] == "-"
    assert "undocumentedField" in row
    assert "labels" not in row


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
    with httpx.Client(base_url=server.url, headers={"PRIVATE-TOKEN": "demo-token"}, timeout=0.3) as client:
        client.post("/_simulator/faults", json=[{"kind": kind, "path": "/v3/currency"}])
        with pytest.raises(httpx.TransportError):
            client.get("/v3/currency")
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


def test_every_static_path_wins_over_a_parameter() -> None:
    assert set(BY_NAME) >= {"get_dedicated_server_summaries", "get_trigger_summaries"}
    world = small()
    assert "pricePerMonth" in read(world, "/v3/dedicatedServer/summary")[0]
    assert set(read(world, "/v3/trigger/summary")[0]) == {"id", "name", "description"}
