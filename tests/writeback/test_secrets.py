"""What is typed in confidence ends up in the request and nowhere else: not in plans, records, logs, error texts."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from bench import AWAY, SECRET, WRITES, Bench, benches, hide, operation
from write_calls import ready

from pipelines.errors import UsageError
from pipelines.i3d.shape import Field, Shape
from pipelines.i3d.transport import Transport
from pipelines.i3d.writeback import Plan, as_markdown
from pipelines.i3d.writeback.sending import send
from pipelines.simulator.switches import Fault


def secrets_of(of: Shape | None) -> list[str]:
    return [path for path, item in of.walk() if item.sensitivity == "secret"] if of else []


FIELDS = [(line.name, path) for line in WRITES for path in secrets_of(line.body)]
PERSONAL = [
    line.name for line in WRITES
    if line.body and not line.multipart and not secrets_of(line.body)
    and any(item.sensitivity == "personal" for _, item in line.body.walk())
]  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with benches(tmp_path_factory.mktemp("secrets")) as made:
        yield made


def wish(bench: Bench, name: str) -> tuple[dict[str, str], dict[str, Any]]:
    """A call that succeeds, each secret replaced by a place in the environment of its own."""
    bench.begin()
    parameters, body = ready(bench.world, name)
    AWAY.get(name, lambda _: None)(bench.world)
    if name == "create_flexmetal_server":
        body["os"]["kernelParams"] = [{"key": "k", "value": "v"}]
    return parameters, hide(operation(name).body, body, lambda field, _: f"env:{SECRET.replace('-', '_')}_{field}")


def test_there_are_secrets_to_look_for() -> None:
    assert len(FIELDS) >= 15
    assert ("create_flexmetal_server", "os.kernelParams[].value") in FIELDS


@pytest.mark.parametrize("name", sorted({name for name, _ in FIELDS}))
def test_no_secret_is_in_a_plan_a_record_or_a_log(
    bench: Bench, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    parameters, body = wish(bench, name)
    fields = [path.rpartition(".")[2] for one, path in FIELDS if one == name]
    for field in fields:
        monkeypatch.setenv(f"{SECRET.replace('-', '_')}_{field}", f"{SECRET}-{field}-value")
    plan = bench.plan(name, parameters, body)
    plan.save(tmp_path / "p.json")
    bench.world.switches.faults = [Fault("500", method=plan.operation.method)]
    bench.apply(plan)
    [call] = bench.sent()
    for field in fields:
        assert f"{SECRET}-{field}-value" in call["body"]
    texts = [plan.dump().decode(), as_markdown(plan), repr(list(plan.diff(reveal=True))), caplog.text]
    texts += [repr(entry) for entry in bench.journal.latest()]
    texts += [content.decode("latin-1") for _, content in bench.files()]
    assert [text for text in texts if f"{SECRET}-" in text] == []
    assert not list(tmp_path.glob("*.sqlite"))


@pytest.mark.parametrize("name", PERSONAL)
def test_no_personal_value_is_in_a_record_or_in_what_dagster_would_show(bench: Bench, name: str, tmp_path: Path) -> None:
    parameters, body = ready(bench.begin(), name)
    line = operation(name)
    assert line.body is not None
    typed = {field: f"{SECRET}-{field}" for field, item in line.body.fields.items() if is_personal_text(item)}
    fits = {field: value for field, value in typed.items() if not line.body.fields[field].longest or field == "remarks"}
    body.pop("isAllowedFlexMetal", None)
    plan = bench.plan(name, parameters, body | fits)
    bench.world.switches.faults = [Fault("500", method=line.method)]
    bench.apply(plan)
    assert SECRET not in as_markdown(plan)
    assert "CANARY-PERSONAL" not in plan.dump().decode()
    for _, content in bench.files():
        assert SECRET.encode() not in content
        assert b"CANARY-PERSONAL" not in content


def is_personal_text(item: Field) -> bool:
    return item.sensitivity == "personal" and item.type == "text"


def test_a_secret_that_changed_or_is_missing_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.begin()
    monkeypatch.setenv("NEW", "one")
    words = {"name": "n", "webHookUrl": "env:NEW", "channel": "c", "userName": "u"}
    plan = Plan.load(bench.plan("create_slack_setting", words).dump())
    monkeypatch.setenv("NEW", "two")
    with pytest.raises(UsageError, match="not what was planned"):
        bench.apply(plan)
    monkeypatch.delenv("NEW")
    with pytest.raises(UsageError, match="The environment has no NEW"):
        bench.apply(plan)
    assert bench.sent() == []
    later = bench.plan("create_slack_setting", words)
    monkeypatch.setenv("NEW", "three")
    bench.apply(later).check()
    assert json.loads(bench.sent()[0]["body"])["webHookUrl"] == "three"


ECHO = {"errorCode": 7, "errorMessage": f"{SECRET} is not good", "errors": [{"property": "p", "message": f"not {SECRET}"}]}


@pytest.mark.parametrize("status", [200, 400, 409, 500])
def test_an_error_text_that_repeats_a_secret_is_masked(bench: Bench, status: int) -> None:
    answering = httpx.MockTransport(lambda _: httpx.Response(status, content=orjson.dumps(ECHO)))
    transport = Transport(bench.settings, answering)
    fate = send(transport, operation("change_password"), "/v3/account/password", {"newPassword": SECRET}, [SECRET])
    assert fate.error is not None
    assert SECRET not in str(fate.error)
    assert "*** is not good" in str(fate.error)


# What an answer may look like, and what it means.
ANSWERS = [
    ("create_flexmetal_tag", 200, b'[{"tag": "a"}]', "applied"),
    ("create_flexmetal_tag", 200, b'{"tag": "a"}', "applied"),
    ("create_flexmetal_tag", 201, b'[{"tag": "a"}]', "applied"),
    ("create_flexmetal_tag", 202, b"", "applied"),
    ("create_flexmetal_tag", 200, b"[]", "applied"),
    ("create_flexmetal_tag", 200, b"", "unknown"),
    ("create_flexmetal_tag", 200, b"<html>", "unknown"),
    ("create_flexmetal_tag", 200, b'[{"tag": "a', "unknown"),
    ("create_flexmetal_tag", 409, b'{"errorCode": 9, "errorMessage": "Tag exists", "errors": []}', "failed"),
    ("create_flexmetal_tag", 404, b"<html>not found</html>", "failed"),
    ("create_flexmetal_tag", 422, b"", "failed"),
    ("create_flexmetal_tag", 400, b'{"errorCode": "x"}', "failed"),
    ("create_flexmetal_tag", 401, b"", "failed"),
    ("create_flexmetal_tag", 403, b'{"errorCode": 1, "errorMessage": "Invalid credentials"}', "failed"),
    ("create_flexmetal_tag", 429, b"", "failed"),
    ("create_flexmetal_tag", 408, b"", "unknown"),
    ("create_flexmetal_tag", 307, b"", "unknown"),
    ("create_flexmetal_tag", 500, b'{"errorCode": 1}', "unknown"),
    ("delete_flexmetal_tag", 204, b"", "applied"),
    ("delete_flexmetal_tag", 200, b"", "applied"),
    ("delete_flexmetal_tag", 200, b"[]", "applied"),
    ("delete_flexmetal_tag", 200, b"<html>please log in</html>", "unknown"),
    ("release_flexmetal_server", 200, b'[{"uuid": "u", "status": "releasing"}]', "applied"),
    ("release_flexmetal_server", 204, b"", "applied"),
]


@pytest.mark.parametrize(("name", "status", "content", "meaning"), ANSWERS)
def test_an_answer_means_one_of_three(bench: Bench, name: str, status: int, content: bytes, meaning: str) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(status, content=content, headers={"location": "https://elsewhere.example/"})

    transport = Transport(bench.settings, httpx.MockTransport(answer))
    fate = send(transport, operation(name), "/v3/x", None, [])
    assert (fate.status, fate.http_status, len(seen)) == (meaning, status, 1)
    assert (fate.error is None) == (meaning == "applied")


def test_a_plan_file_is_for_its_owner_only_before_anything_is_in_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    parameters, body = wish(bench, "create_ticket")
    plan, write, modes = bench.plan("create_ticket", parameters, body), Path.write_bytes, list[int]()

    def watched(path: Path, content: bytes) -> int:
        modes.append(path.stat().st_mode & 0o777)
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", watched)
    plan.save(tmp_path / "plan.json")
    assert modes == [0o600]
    assert (tmp_path / "plan.json").stat().st_mode & 0o777 == 0o600
