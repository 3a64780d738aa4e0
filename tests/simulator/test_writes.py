"""Every write of the simulator: what it answers, that it takes effect once, and what it refuses."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from write_calls import fill, perform, ready

from pipelines.i3d.catalogue import BY_NAME, OPERATIONS
from pipelines.i3d.operation import Operation
from pipelines.simulator.world import World
from pipelines.simulator.writes import WRITES

DOCUMENTS = Path(__file__).parents[3] / "shared" / "i3d_api"
NAMES = sorted(line.name for line in OPERATIONS if line.kind == "write")
REQUIRED = [
    (name, field)
    for name in NAMES
    if (body := BY_NAME[name].body) and not BY_NAME[name].multipart
    for field, item in body.fields.items()
    if item.required
]
WITH_PARAMETERS = [name for name in NAMES if BY_NAME[name].parameters]
WITH_UUID = [name for name in WITH_PARAMETERS if "uuid" in BY_NAME[name].parameters]
UNKNOWN = {"uuid": str(UUID(int=7)), "tag": "no-such-tag", "ipAddress": "192.0.2.250"}


def test_every_write_of_the_catalogue_has_a_handler() -> None:
    assert sorted(WRITES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_success_is_as_documented_and_counted_once(name: str) -> None:
    world, line = World(), BY_NAME[name]
    parameters, body = ready(world, name)
    before = len(world.writes)
    response = perform(world, name, parameters, body)
    assert response.status == documented_status(line), response.body
    assert world.writes[before:] == [(line.method, line.fill(parameters))]
    if line.answer == "empty":
        assert response.body == b""
    else:
        answered = json.loads(response.body)
        row = answered[0] if line.answer == "list" else answered
        assert row
        assert not [field for field in row if field.startswith("@")]
        check_row(line, row)


def documented_status(line: Operation) -> int:
    if not DOCUMENTS.exists():
        return 200 if line.answer != "empty" or line.name == "request_calc_quote" else 204
    writes = json.loads((DOCUMENTS / "writes.json").read_text())
    return next(
        int(item["success_status"][:3]) for item in writes if (item["method"], item["path"]) == (line.method, line.path)
    )


def check_row(line: Operation, row: dict[str, Any]) -> None:
    """Every documented field is there, with its type."""
    if not DOCUMENTS.exists():
        return
    writes = json.loads((DOCUMENTS / "writes.json").read_text())
    name = next(item["success_schema"] for item in writes if (item["method"], item["path"]) == (line.method, line.path))
    schema = json.loads((DOCUMENTS / "schemas.json").read_text()).get((name or "").strip("[]#"), {})
    types = {"integer": int, "number": (int, float), "string": str, "boolean": bool}
    assert schema.keys() <= row.keys()
    for field, item in schema.items():
        expected = list if item["type"].startswith("list") else types.get(item["type"], object)
        assert isinstance(row[field], expected) or (row[field] is None and item.get("nullable")), field


def frozen(world: World) -> dict[str, Any]:
    """The tables without what every call leaves in them."""
    return {name: deepcopy(rows) for name, rows in world.tables.items() if rows and name not in ("api_log", "api_keys")}


@pytest.mark.parametrize(("name", "field"), REQUIRED)
def test_a_missing_required_field_is_named_and_changes_nothing(name: str, field: str, quiet: World) -> None:
    line = BY_NAME[name]
    before, count = frozen(quiet), len(quiet.writes)
    broken = {key: value for key, value in fill(line.body).items() if key != field}
    response = perform(quiet, name, unseen(line), broken)
    assert response.status == 422
    assert [problem["property"] for problem in json.loads(response.body)["errors"]] == [field]
    assert (frozen(quiet), len(quiet.writes)) == (before, count)


def unseen(line: Operation) -> dict[str, str]:
    return {name: UNKNOWN.get(name, "999999999") for name in line.parameters}


@pytest.fixture(scope="module")
def quiet() -> World:
    return World()


@pytest.mark.parametrize("name", WITH_PARAMETERS)
def test_an_unknown_id_is_not_found_and_changes_nothing(name: str, quiet: World) -> None:
    line = BY_NAME[name]
    before, count = frozen(quiet), len(quiet.writes)
    response = perform(quiet, name, unseen(line), fill(line.body))
    assert (response.status, json.loads(response.body)["errorCode"]) == (404, 10001)
    assert (frozen(quiet), len(quiet.writes)) == (before, count)


@pytest.mark.parametrize("name", WITH_UUID)
def test_a_malformed_uuid_is_a_bad_request(name: str, quiet: World) -> None:
    line = BY_NAME[name]
    assert perform(quiet, name, {**unseen(line), "uuid": "x"}, fill(line.body)).status == 400
