"""Every one of the 86 writes from plan to record: a plan sends nothing, applying it sends what is documented, once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench import AWAY, NAMES, Bench, benches, hide, operation
from write_calls import ready

from pipelines.errors import ApiError, UsageError
from pipelines.i3d.operation import Operation
from pipelines.i3d.writeback import Plan
from pipelines.simulator.switches import Fault
from pipelines.simulator.world import World

pytestmark = pytest.mark.slow
DOCUMENTS = Path(__file__).parents[3] / "shared" / "i3d_api" / "writes.json"
# What the plan adds on purpose: our own mark, and what a body that replaces a whole entity must repeat.
MARK = re.compile(r" ?\[?wb:[0-9a-f]{12}\]?")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with benches(tmp_path_factory.mktemp("writes")) as made:
        yield made


def wishes(bench: Bench, name: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Parameters and a body as a person would write them: files by path, secrets by where they are kept."""
    line = operation(name)
    parameters, body = ready(bench.world, name)
    AWAY.get(name, lambda _: None)(bench.world)
    bench.server.application.seen.clear()
    if line.multipart:
        bench.folder.mkdir(parents=True, exist_ok=True)
        (bench.folder / "log.txt").write_text("text of the file")
        return parameters, {"attachment" if line.body else "file": str(bench.folder / "log.txt")}
    body.pop("isAllowedFlexMetal", None)
    return parameters, hide(line.body, body, lambda field, value: kept(bench, field, value)) if line.body else {}


def kept(bench: Bench, name: str, value: Any) -> str:
    """A secret in a file."""
    bench.folder.mkdir(parents=True, exist_ok=True)
    path = bench.folder / f"{name}.secret"
    path.write_text(str(value))
    return f"file:{path}"


def changed(bench: Bench, name: str) -> tuple[Plan, Any]:
    """A plan that changes something, and the body that should go over the wire."""
    bench.begin()
    parameters, body = wishes(bench, name)
    plan = bench.plan(name, parameters, body)
    return plan, ready(World(), name)[1]


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_sends_nothing_and_applying_it_sends_what_is_documented_once(bench: Bench, name: str) -> None:
    line = operation(name)
    plan, body = changed(bench, name)
    assert bench.sent() == []
    assert [entry.status for entry in bench.journal.latest()] == ["planned"]
    plan = Plan.load(plan.dump())
    if line.locked:
        refused_while_locked(bench, plan)
    raised_as_the_api_says(bench, plan)
    bench.server.application.seen.clear()
    bench.apply(plan).check()
    [call] = bench.sent()
    assert (call["method"], call["path"], call["query"]) == (line.method, line.fill(plan.steps[0].parameters), {})
    documented(line, call)
    check_body(line, call["body"], body)
    check_record(bench, plan, line)
    again = bench.apply(plan)
    assert [one.status for one in again.outcomes] == ["noop"]
    assert len(bench.sent()) == 1


def refused_while_locked(bench: Bench, plan: Plan) -> None:
    unlocked, bench.settings = bench.settings, bench.settings.model_copy(update={"allow_locked": ""})
    with pytest.raises(UsageError, match="is locked"):
        bench.apply(plan)
    bench.settings = unlocked
    assert bench.sent() == []
    assert bench.latest().status == "refused"


def raised_as_the_api_says(bench: Bench, plan: Plan) -> None:
    bench.world.switches.faults = [Fault("422", method=plan.operation.method)]
    result = bench.apply(plan)
    with pytest.raises(ApiError, match="HTTP 422: error 10500: Something went wrong") as raised:
        result.check()
    assert (raised.value.status, raised.value.code) == (422, 10500)
    entry = bench.latest()
    assert (entry.status, entry.http_status, entry.attempts) == ("failed", 422, 1)
    assert "Something went wrong" in entry.message
    assert len(bench.sent()) == 1


def documented(line: Operation, call: dict[str, Any]) -> None:
    if not DOCUMENTS.exists():
        return
    facts = json.loads(DOCUMENTS.read_text())
    [fact] = [one for one in facts if (one["method"], one["path"]) == (line.method, line.path)]
    assert re.fullmatch(re.sub(r"{\w+}", "[^/]+", fact["path"]), call["path"])
    if fact["body"] is None:
        assert line.multipart or not call["body"]
    elif fact["body"]["content_type"] == "application/json":
        sent = json.loads(call["body"])
        assert set(fact["body"]["required_writable"]) <= set(sent) <= set(fact["body"]["writable_fields"])


def check_body(line: Operation, sent: str, wanted: Any) -> None:
    if line.multipart:
        assert sent.count("text of the file") == 1
        assert f'name="{"attachment" if line.body else "file"}"; filename="log.txt"' in sent
        return
    if line.body is None:
        assert sent == ""
        return
    plain = json.loads(MARK.sub("", sent))
    if isinstance(plain.get("tags"), list):
        plain["tags"] = [tag for tag in plain["tags"] if tag]
    wanted = {name: value for name, value in wanted.items() if name != "isAllowedFlexMetal"}
    assert loose({name: plain.get(name) for name in wanted}) == loose(wanted)


def loose(value: Any) -> Any:
    """A value with its ids as text: the wishes spell them now as numbers, now as text."""
    if isinstance(value, dict):
        return {name: loose(item) for name, item in value.items()}
    return [loose(item) for item in value] if isinstance(value, list) else str(value)


def check_record(bench: Bench, plan: Plan, line: Operation) -> None:
    entry = bench.latest()
    assert (entry.operation, entry.plan_hash, entry.risk) == (line.name, plan.hash, line.risk)
    assert (entry.status, entry.dry_run, entry.attempts) == ("applied", False, 2)
    assert entry.http_status in (200, 204)
    assert entry.request_digest
    assert entry.started_at
    assert entry.finished_at
    assert (entry.actor, entry.approver) == ("alice", "bob" if line.risk >= 2 else None)
    with bench.journal.connect() as connection:
        states = connection.execute("select status from events where attempt_id = ?", (entry.attempt_id,)).fetchall()
    assert [row[0] for row in states] == ["planned", "sent", "applied"]
