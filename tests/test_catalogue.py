"""The catalogue against the bare list of operations, against the facts where they are at hand, and against its own rules."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from pipelines.i3d.catalogue import AREAS, BY_NAME, BY_TABLE, OPERATIONS
from pipelines.i3d.columns import tables
from pipelines.i3d.operation import OPT_IN, Operation, get, load, post
from pipelines.i3d.rows import column, parameter_column
from pipelines.i3d.selection import LOADED, levels, parent_of, select
from pipelines.i3d.shape import ID, TEXT, Shape, secret, shape

LIST = Path(__file__).with_name("operations.txt")
SHARED = Path(__file__).resolve().parents[2] / "shared" / "i3d_api"
needs_facts = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder shared/i3d_api is not beside the project")


def facts(name: str) -> Any:
    return json.loads((SHARED / f"{name}.json").read_text())


def by_path(operations: Any) -> dict[tuple[str, str], Any]:
    return {(one["method"], one["path"]): one for one in operations}


HAVE = {(one.method, one.path): one for one in OPERATIONS}


def test_all_187_operations_are_there_once() -> None:
    listed = [tuple(line.split(" ", 1)) for line in LIST.read_text().splitlines()]
    assert sorted(listed) == sorted(HAVE) == sorted((one.method, one.path) for one in OPERATIONS)
    assert len(BY_NAME) == len(OPERATIONS) == 187


def test_every_operation_is_exactly_one_of_three_kinds() -> None:
    kinds = [one.kind for one in OPERATIONS]
    assert (kinds.count("loaded"), kinds.count("on_demand"), kinds.count("write")) == (83, 18, 86)
    assert len(BY_TABLE) == 83
    assert len(select(())) == 65


def test_every_exception_has_its_reason() -> None:
    assert all(one.reason for one in OPERATIONS if one.kind == "on_demand" or (one.kind == "loaded" and not one.default))
    assert {one.group for one in LOADED if not one.default} == OPT_IN


def test_locked_reads_are_the_password_and_the_payment() -> None:
    locked = {one.name for one in OPERATIONS if one.locked and one.kind != "write"}
    assert locked == {"get_flexmetal_root_password", "get_payment_landing"}


def test_every_entry_can_be_written_down() -> None:
    for one in OPERATIONS:
        plain = {item.name: getattr(one, item.name) for item in fields(one)}
        assert json.loads(json.dumps(plain, default=repr))["name"] == one.name
        assert json.dumps(one.summary())


def test_parents_come_before_children_and_feed_real_fields() -> None:
    for operation in LOADED:
        for path in operation.each.values():
            table, *rest = path.split(".")
            parent = BY_TABLE[table]
            if rest[0] in parent.parameters:
                continue
            here: Any = parent.shape
            for name in rest:
                assert name in here.fields, path
                of = here.fields[name].of
                here = of if isinstance(of, Shape) else here
    order = [one for level in levels(LOADED) for one in level]
    assert len(order) == len(LOADED)
    pairs = [(parent_of(one), one) for one in LOADED]
    assert all(order.index(parent) < order.index(one) for parent, one in pairs if parent is not None)


def test_tables_and_columns_are_named_once() -> None:
    names = [table for one in LOADED for table in tables(one)]
    assert len(names) == len(set(names)) == 100
    assert parameter_column(BY_TABLE["uplink_traffic"], "upLinkId") == column("uplinkId") == "uplink_id"
    assert all(reload in BY_TABLE for one in OPERATIONS for reload in one.reloads)
    assert all(one.rereads in BY_TABLE for one in OPERATIONS if one.rereads)
    assert {one.area for one in OPERATIONS} == set(AREAS)


@needs_facts
def test_reads_agree_with_the_facts() -> None:
    for key, fact in by_path(facts("reads")).items():
        one = HAVE[key]
        assert one.kind in ("loaded", "on_demand")
        assert one.paged == (fact["paging"]["style"] != "none"), key
        assert (one.window is not None) == (fact["time_window"]["style"] != "none"), key
        if one.window is None:
            assert set(one.query) == {item["name"] for item in fact["query_params"]}, key
        if one.shape is not None and key[1] != "/v3/crossConnect/{crossConnectId}/invoice":
            assert one.shape.name == fact["response"]["schema"], key


@needs_facts
def test_writes_agree_with_the_facts() -> None:
    for key, fact in by_path(facts("writes")).items():
        one, body = HAVE[key], fact["body"]
        assert one.kind == "write"
        assert one.risk == fact["confirmation_level"], key
        assert one.locked == (one.risk == 5)
        assert (one.body.name if one.body else None) == (body["schema"] if body else None), key
        if body and one.body:
            assert set(one.body.fields) == set(body["writable_fields"]), key
            assert {name for name, item in one.body.fields.items() if item.required} == set(body["required_writable"]), key
            assert one.multipart == (body["content_type"] == "multipart/form-data")


@needs_facts
def test_row_shapes_have_every_field_with_its_class_and_no_secret() -> None:
    schemas = facts("schemas")
    classes = {"personal": "personal", "sensitive-business": "business"}
    for one in OPERATIONS:
        if one.kind == "write" or one.shape is None:
            continue
        for found in shapes_of(one.shape):
            known = schemas[found.name]
            secrets = {name for name, fact in known.items() if fact.get("class") == "secret"}
            assert set(found.withheld) == secrets, found.name
            assert set(found.fields) == set(known) - secrets, found.name
            for name, item in found.fields.items():
                if item.type not in ("object", "list"):
                    assert item.sensitivity == classes.get(known[name].get("class"), "public"), (found.name, name)


def shapes_of(root: Shape) -> list[Shape]:
    inner = [item.of for item in root.fields.values() if isinstance(item.of, Shape)]
    return [root, *(found for one in inner for found in shapes_of(one))]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: load("/a/{id}", "a", None, "reference", "One row."),
        lambda: load("/a", "a", None, "entity", "One row."),
        lambda: load("/a", "a", None, "reference", ""),
        lambda: load("/a", "a", None, "reference", "One row.", group="probes"),
        lambda: load("/a", "a", None, "series", "One row.", window="unix"),
        lambda: load("/a", "a", shape("A", key=secret(TEXT)), "reference", "One row."),
        lambda: get("/a", "get_a", None, ""),
        lambda: post("/a", "create_a", None, 6),
        lambda: shape("A", ("id",), id=ID),
        lambda: Operation(method="GET", path="/v3/a", name="a", kind="write"),
    ],
)
def test_a_line_that_makes_no_sense_fails_at_once(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        wrong()


def test_paths_are_filled_and_encoded() -> None:
    tag = BY_NAME["tag_flexmetal_server"]
    assert tag.fill({"uuid": "u", "tag": "a:b/c d"}) == "/v3/flexMetal/servers/u/tag/a%3Ab%2Fc%20d"
    with pytest.raises(ValueError, match="tag"):
        tag.fill({"uuid": "u"})
