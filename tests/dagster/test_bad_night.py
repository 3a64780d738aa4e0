"""A bad night: one list answers 500, another is forbidden. The rest loads, builds, is published; people are told once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import dagster as dg
import duckdb
import pytest
from night import repository

from dagster_project.defs.sensors import FIRST_DAY, LAST_DAY, ask_days_with_gaps, notify_of_exceptions, notify_of_failures
from dagster_project.translators import raw_key
from pipelines.simulator.switches import Fault

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dagster")]
LISTS = [raw_key(table) for table in ("currencies", "currencies_observations", "countries", "operating_systems")]
MODELS = [dg.AssetKey(key) for key in (["staging", "stg_i3d__currencies"], ["staging", "stg_i3d__load_log"],
          ["intermediate", "int_clock__read"], ["marts", "load_health"], ["published", "warehouse"])]  # fmt: skip


@contextmanager
def inbox() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A real server that people are notified through: its address as I3D_NOTIFY wants it, and what it was sent."""
    messages: list[dict[str, Any]] = []

    class Post(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            messages.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Post) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"json://127.0.0.1:{server.server_port}", messages
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def bad(night):
    """The run of a night in which two lists could not be read, an hour after the good one."""
    night.later()
    night.account.world.switches.change({"denied": ["/v3/country"]})
    night.account.world.switches.faults = [Fault("500", "/v3/currency", times=1000)]
    yield night.run([*LISTS, *MODELS], retries=0, I3D_DEADLINE_SECONDS="1")
    night.account.world.switches.change({"denied": []})
    night.account.world.switches.faults = []


def test_the_run_is_marked_at_the_step_that_failed_and_goes_on_after_it(night, bad):
    with night.instance() as instance:
        steps = {step.step_key: step.status.value for step in instance.get_run_step_stats(bad.run_id)}
        [failed] = instance.all_logs(bad.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    assert bad.status is dg.DagsterRunStatus.FAILURE
    assert steps["load_reference"] == "FAILURE"
    assert steps["build_models"] == steps["published__warehouse"] == "SUCCESS"
    said = failed.dagster_event.step_failure_data.user_failure_data.description
    assert "1 tables failed and keep their old rows. currencies: " in said
    assert "HTTP 500" in said


def test_the_others_are_loaded_and_the_check_of_the_one_is_red(night, bad):
    with night.instance() as instance:
        logs = instance.all_logs(bad.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        made = {entry.dagster_event.asset_key for entry in logs}
        checks = {key.path[-1]: dg.AssetCheckKey(key, "loaded") for key in LISTS if key != raw_key("currencies_observations")}
        loaded = {table: instance.get_latest_asset_check_evaluation_record(key).evaluation for table, key in checks.items()}
    assert {*MODELS, raw_key("operating_systems")} <= made
    assert not {raw_key("currencies"), raw_key("currencies_observations"), raw_key("countries")} & made
    assert {table: (told.passed, told.severity.value) for table, told in loaded.items()} == {
        "currencies": (False, "ERROR"), "countries": (False, "WARN"), "operating_systems": (True, "ERROR"),
    }  # fmt: skip
    assert night.account.query("select count(*) > 0 from raw_i3d.currencies") == [(True,)]
    assert night.account.query("select status from marts.load_health where table_name = 'currencies'") == [("failed",)]


def test_people_are_told_once_and_again_when_it_comes_back(night, bad):
    cursor = None

    def look(sensor: dg.SensorDefinition) -> str:
        nonlocal cursor
        context = dg.build_sensor_context(instance=instance, cursor=cursor, repository_def=repository())
        said = sensor(context)
        cursor = context.cursor
        return said.skip_message

    with inbox() as (address, messages), night.instance(I3D_NOTIFY=address) as instance:
        assert look(notify_of_failures) == "1 failures, 1 of them new."
        instance.add_run_tags(bad.run_id, {"dagster/will_retry": "true"})
        assert look(notify_of_failures) == "0 failures, 0 of them new."  # a try that is still to come may heal it
        instance.add_run_tags(bad.run_id, {"dagster/will_retry": "false"})
        assert look(notify_of_failures) == "1 failures, 0 of them new."
        assert [message["title"] for message in messages] == ["warehouse: 1 new failures"]
        assert "raw_i3d/currencies: check loaded failed. " in messages[0]["message"]
        night.account.world.switches.faults = []
        night.later()
        assert night.run(LISTS).status is dg.DagsterRunStatus.SUCCESS
        assert look(notify_of_failures) == "0 failures, 0 of them new."


def test_exceptions_of_high_severity_are_told_once(night, bad):
    high = "select count(*) from marts.exceptions where severity = 'high' and area <> 'load'"
    with duckdb.connect(str(night.account.warehouse.published), read_only=True) as connection:
        [(count,)] = connection.execute(high).fetchall()
    with inbox() as (address, messages), night.instance(I3D_NOTIFY=address) as instance:
        first = dg.build_sensor_context(instance=instance)
        assert notify_of_exceptions(first).skip_message == f"{count} exceptions, {count} of them new."
        again = dg.build_sensor_context(instance=instance, cursor=first.cursor)
        assert notify_of_exceptions(again).skip_message == f"{count} exceptions, 0 of them new."
    assert [message["title"] for message in messages] == [f"warehouse: {count} new exceptions"][:count]


def test_days_with_gaps_are_asked_again_once_a_pause_has_passed(night, bad):
    def look() -> list[dg.RunRequest]:
        with night.instance(I3D_HISTORY_DAYS="30") as instance:
            found = list(ask_days_with_gaps(dg.build_sensor_context(instance=instance)))
        assert all(isinstance(one, dg.RunRequest) for one in found), found
        return found

    day = (night.now - timedelta(days=9)).date()
    entry = f"where table_name = 'pdu_power' and day = date '{day}'"
    days = {FIRST_DAY: f"{day}", LAST_DAY: f"{day}"}
    night.later()
    assert night.run([raw_key("pdu_power")], days=days).status is dg.DagsterRunStatus.SUCCESS
    before = {request.run_key for request in look()}
    with night.account.warehouse.connect() as connection:
        connection.execute(f"update raw_i3d.load_windows set missing_count = 7, state = 'final', asks = 3 {entry}")
    assert {request.run_key for request in look()} == before  # asked a moment ago
    night.later(24)
    [request] = [one for one in look() if one.tags == days]
    assert request.asset_selection == [raw_key("pdu_power")]
    assert night.run(request.asset_selection, days=request.tags).status is dg.DagsterRunStatus.SUCCESS
    assert night.account.query(f"select distinct asks, missing_count from raw_i3d.load_windows {entry}") == [(4, 0)]
    assert [one for one in look() if one.tags == days] == []


def test_a_build_with_a_failed_test_publishes_nothing(night, bad):
    published = night.account.warehouse.published
    before = published.stat().st_mtime_ns
    odd = "select * replace ('odd' as status, 'odd' as table_name) from raw_i3d.load_log limit 1"
    with night.account.warehouse.connect() as connection:
        connection.execute(f"insert into raw_i3d.load_log by name {odd}")
    try:
        run = night.run(MODELS[-2:], retries=0)  # the mart is made, all of it, and its own test fails
    finally:
        with night.account.warehouse.connect() as connection:
            connection.execute("delete from raw_i3d.load_log where status = 'odd'")
    with night.instance() as instance:
        steps = {step.step_key: step.status.value for step in instance.get_run_step_stats(run.run_id)}
        logs = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    assert run.status is dg.DagsterRunStatus.FAILURE
    assert steps == {"build_models": "FAILURE"}
    assert dg.AssetKey(["marts", "load_health"]) in {entry.dagster_event.asset_key for entry in logs}
    assert published.stat().st_mtime_ns == before
