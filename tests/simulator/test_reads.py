"""Every read of the catalogue against the simulator: its shape, its canaries, and whether the answers agree with each other.

Paging, time and faults are in `test_read_behaviour.py`, writes in `test_writes.py`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from read_calls import READS, ask, page, parameters_of, read, small

from pipelines.i3d.operation import Operation
from pipelines.i3d.shape import Field, Shape
from pipelines.simulator.lists import BARE
from pipelines.simulator.switches import Switches
from pipelines.simulator.world import World

REFERENCE = Path(__file__).resolve().parents[2].parent / "shared" / "i3d_api"
TYPES: dict[str, tuple[type, ...]] = {
    "id": (int, str), "text": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "object": (dict,),
    "list": (list,), "any": (object,), "string": (str,), "object or list[any]": (dict, list), "string:date-time": (str,),
}  # fmt: skip


def conform(shape: Shape, row: Any, path: str) -> None:
    """The declared and the withheld fields, no others, each of its type."""
    assert isinstance(row, dict), path
    assert set(row) == set(shape.fields) | set(shape.withheld), path
    for name, item in shape.fields.items():
        conform_value(item, row[name], f"{path}.{name}")


def conform_value(item: Field, value: Any, path: str) -> None:
    if value is None:
        return
    kind = "text" if item.unit.endswith("sent as text") else item.type
    assert isinstance(value, TYPES[kind]), f"{path}: {value!r}"
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
    # What the schema says of these invoices is a slip that the simulator can repeat, but does not by default.
    world = World(switches=Switches(cross_connect_invoice="CrossConnect"))
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


def test_filters() -> None:
    world = small()
    labelled = read(world, "/v3/dedicatedServer", labels="env=test")
    assert labelled
    assert all({"key": "env", "value": "test"} in row["labels"] for row in labelled)
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


def test_every_static_path_wins_over_a_parameter() -> None:
    world = small()
    assert "pricePerMonth" in read(world, "/v3/dedicatedServer/summary")[0]
    assert set(read(world, "/v3/trigger/summary")[0]) == {"id", "name", "description"}
