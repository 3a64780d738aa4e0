"""One property over every loaded operation: a changed type is refused, a shrunken list is refused, secrets cannot land."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipelines.errors import BadAnswerError, ShrunkError, TypeFlipError
from pipelines.i3d.columns import tables
from pipelines.i3d.fetch import Fetched, Job, Part
from pipelines.i3d.history import History
from pipelines.i3d.landing import GUARDED, Lander
from pipelines.i3d.operation import Operation
from pipelines.i3d.paging import Sweep
from pipelines.i3d.rows import Landing, Privacy, column, key_columns
from pipelines.i3d.selection import LOADED
from pipelines.i3d.shape import Shape
from pipelines.simulator.world import World

WORLD = World()
ROWS = [one for one in LOADED if one.mode != "file"]
GUARDS = [one for one in LOADED if one.mode in GUARDED and one.key and not one.may_shrink]
NOW = datetime(2026, 11, 15, tzinfo=UTC)
WRONG = {
    "id": [1], "text": {"a": 1}, "integer": "eleven", "number": "eleven", "boolean": "perhaps", "object": "text", "list": 7,
}  # fmt: skip


def raw_rows(operation: Operation, count: int) -> list[dict[str, Any]]:
    """Rows of the operation as the API sends them, made different from each other in every key field."""
    model = {name: value for name, value in WORLD.rows(operation.table)[0].items() if not name.startswith("@")}
    rows = []
    for number in range(count):
        row = orjson.loads(orjson.dumps(model))
        for name in operation.key:
            *above, last = name.split(".")
            inner = row
            for part in above:
                inner = inner[part]
            if last in inner:
                inner[last] = f"{number}"
        if operation.hashed:
            row["groups"] = [{"name": f"{number}"}]
        rows.append(row)
    return rows


def fetched(operation: Operation, count: int) -> Fetched:
    jobs = [Job(operation, dict.fromkeys(operation.parameters, f"{number}"), {}) for number in range(count)]
    rows = raw_rows(operation, count)
    return Fetched(operation, [Part(job, Sweep([row], [[row]])) for job, row in zip(jobs, rows, strict=True)])


def lander(answers: list[dict[str, Any]], tmp_path: Path) -> Lander:
    """A lander over a warehouse that answers every question with these rows."""
    history = History(lambda sql, parameters=(): [dict(row) for row in answers], Privacy(b"key"), NOW)
    return Lander(history, NOW, tmp_path)


@pytest.mark.parametrize("operation", ROWS, ids=lambda one: one.table)
def test_a_changed_type_is_refused(operation: Operation) -> None:
    envelope = operation.mode == "series" and operation.shape is not None and "data" in operation.shape.fields
    landing = Landing(operation, Privacy(b"key"))
    if envelope:
        with pytest.raises(TypeFlipError):
            landing.sample()({"timestamp": "eleven"})
        return
    shape = operation.shape or Shape("word", {})
    typed = [(name, item) for name, item in shape.fields.items() if item.sensitivity != "personal" and item.type in WRONG]
    row = WORLD.rows(operation.table)[0]
    parameters = dict.fromkeys(operation.parameters, "1")
    for name, item in typed:
        with pytest.raises((TypeFlipError, BadAnswerError)) as raised:
            landing.land(row | {name: WRONG[item.type]}, parameters)
        assert "eleven" not in str(raised.value)
    assert typed or operation.table in ("ticket_categories", "account_billing")


@pytest.mark.parametrize("operation", GUARDS, ids=lambda one: one.table)
def test_a_list_of_twenty_that_falls_below_two_fifths_is_refused(operation: Operation, tmp_path: Path) -> None:
    columns = tables(operation)[operation.table]
    old = [dict.fromkeys(columns) | {name: str(number) for name in key_columns(operation)} for number in range(20)]
    for row in old:
        row |= {"is_deleted": False, "first_seen_at": NOW}
    refused = lander(old, tmp_path).land(fetched(operation, 7), None)
    assert isinstance(refused.error, ShrunkError)
    assert refused.rows == {}
    assert lander(old, tmp_path).land(fetched(operation, 8), None).error is None
    assert lander(old[:19], tmp_path).land(fetched(operation, 1), None).error is None


@pytest.mark.parametrize("operation", [one for one in ROWS if one.key], ids=lambda one: one.table)
def test_a_row_without_its_key_is_refused(operation: Operation) -> None:
    own = [name for name in operation.key if name not in operation.parameters and name not in ("row_id", "position")]
    if operation.hashed or (operation.window == "unix"):
        pytest.skip("its key is made up of all fields, or tested with the samples")
    landing = Landing(operation, Privacy(b"key"))
    parameters = dict.fromkeys(operation.parameters, "1")
    for name in own:
        with pytest.raises(BadAnswerError):
            landing.land(WORLD.rows(operation.table)[0] | {name.split(".")[0]: None}, parameters)


@pytest.mark.parametrize("operation", ROWS, ids=lambda one: one.table)
def test_no_canary_survives_landing(operation: Operation) -> None:
    landing = Landing(operation, Privacy(b"key", unknown=True))
    parameters = dict.fromkeys(operation.parameters, "1")
    for row in WORLD.rows(operation.table)[:20]:
        sample = operation.window == "unix" and "timestamp" in row
        landed = landing.sample()(row) if sample and operation.shape and "data" in operation.shape.fields else None
        landed = landed or landing.land({k: v for k, v in row.items() if not k.startswith("@")}, parameters)
        assert b"CANARY" not in orjson.dumps(landed)
        assert set(landed) - {"unknown_fields"} <= {*tables(operation)[operation.table], *map(column, operation.key)}
