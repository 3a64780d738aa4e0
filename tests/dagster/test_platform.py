"""The platform as real processes: webserver, daemon and queued runs, started the way a user starts them."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from conftest import Account

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.rows import key_columns
from pipelines.simulator.server import Server
from pipelines.simulator.switches import Fault
from pipelines.simulator.world import World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dagster"), pytest.mark.timeout(1200)]
LOCATIONS = "{repositoriesOrError{... on RepositoryConnection{nodes{jobs{name} schedules{scheduleState{status}}}}}}"
LAUNCH = """mutation($params: ExecutionParams!) {launchRun(executionParams: $params) {
    __typename ... on LaunchRunSuccess {run {runId}} ... on PythonError {message}}}"""
RUNS = "{runsOrError{... on Runs{results{runId status jobName parentRunId}}}}"
EVENTS = "query($run: ID!) {runOrError(runId: $run) {... on Run{eventConnection{events{... on MessageEvent{message}}}}}}"
DONE = {"SUCCESS", "FAILURE", "CANCELED"}
SERIES = ("pdu_power", "uplink_traffic", "cross_connect_traffic", "colocation_network")


class Page:
    """Dagster's page on loopback, asked through its GraphQL."""

    def __init__(self, url: str, account: Account, process: subprocess.Popen[bytes]) -> None:
        self.url, self.account, self.process = url, account, process

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        return httpx.post(self.url, json={"query": query, "variables": variables}, timeout=60).json()["data"]

    def until(self, found: Callable[[], Any], what: str, seconds: int = 300) -> Any:
        for _ in range(seconds * 2):
            if result := found():
                return result
            time.sleep(0.5)
        return pytest.fail(f"no {what} within {seconds} s: {self.runs()}")

    def location(self) -> dict[str, Any] | None:
        try:
            nodes = self.ask(LOCATIONS)["repositoriesOrError"].get("nodes")
        except httpx.HTTPError:
            return None
        return nodes[0] if nodes else None

    def launch(self, job: str, tags: dict[str, str] | None = None) -> str:
        selector = {"repositoryName": "__repository__", "repositoryLocationName": "i3d", "pipelineName": job}
        marks = [{"key": key, "value": value} for key, value in (tags or {}).items()]
        found = self.ask(LAUNCH, params={"selector": selector, "mode": "default", "executionMetadata": {"tags": marks}})
        assert found["launchRun"]["__typename"] == "LaunchRunSuccess", found
        return found["launchRun"]["run"]["runId"]

    def runs(self) -> list[dict[str, str]]:
        return self.ask(RUNS)["runsOrError"]["results"]

    def finish(self, seconds: int) -> list[tuple[str, str]]:
        self.until(lambda: all(run["status"] in DONE for run in self.runs()), "end of the runs", seconds)
        return sorted((run["jobName"], run["status"]) for run in self.runs())

    def process_of(self, run: str) -> int | None:
        """The process that executes the steps of a run, once it does."""
        events = self.ask(EVENTS, run=run)["runOrError"]["eventConnection"]["events"]
        found = re.search(r"Executing steps in process \(pid: (\d+)\)", "\n".join(one["message"] for one in events))
        return int(found[1]) if found else None


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    world = World()
    with Server(world) as server:
        account = Account(world, server.url, tmp_path_factory.mktemp("platform"), history_days=1)
        command = [sys.executable, "-m", "pipelines", "ui", "--port", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, env=os.environ | account.environment(), start_new_session=True, **quiet)
        try:
            yield Page(f"http://127.0.0.1:{port}/graphql", account, process)
        finally:
            if lives(process.pid):
                os.killpg(process.pid, signal.SIGKILL)


def lives(group: int) -> bool:
    """Whether any process of the group still runs."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def week(page: Page) -> dict[str, str]:
    """The seven days before today, in one run."""
    now = page.account.world.clock.now()
    ends = {"start": now - timedelta(days=7), "end": now - timedelta(days=1)}
    return {f"dagster/asset_partition_range_{name}": f"{day:%Y-%m-%d}" for name, day in ends.items()}


def test_four_runs_at_once_wait_for_each_other_and_a_week_is_loaded_in_one(page):
    location = page.until(page.location, "code location")
    assert {one["scheduleState"]["status"] for one in location["schedules"]} == {"STOPPED"}
    page.launch("telemetry", week(page))
    page.launch("nightly", {"dagster/partition": f"{page.account.world.clock.now():%Y-%m-%d}"})
    for _ in range(2):
        page.launch("observe_servers")
    assert page.finish(800) == [("nightly", "SUCCESS"), *[("observe_servers", "SUCCESS")] * 2, ("telemetry", "SUCCESS")]
    assert page.account.warehouse.published.exists()
    # The week, and the day whose first sample closes it.
    assert page.account.query("select count(distinct window_start) from raw_i3d.pdu_power") == [(8,)]
    loads = "select count(distinct run_id) from raw_i3d.load_log where table_name = 'dedicated_servers'"
    assert page.account.query(loads) == [(3,)]


def test_a_run_whose_process_is_killed_in_the_middle_is_tried_again_and_nothing_is_lost_or_doubled(page):
    page.until(page.location, "code location")
    hanging = Fault("hang", "/v3/telemetry/crossConnect", after=2)
    page.account.world.switches.faults = [hanging]
    killed = page.launch("telemetry", week(page))
    page.until(lambda: hanging.times == 0, "call that hangs")  # one series is loaded, the next one half read
    os.kill(page.until(lambda: page.process_of(killed), "process"), signal.SIGKILL)
    healed = page.until(lambda: [run for run in page.runs() if run["parentRunId"] == killed], "second try", 400)[0]["runId"]
    page.finish(400)
    ended = {run["runId"]: run["status"] for run in page.runs()}
    assert (ended[killed], ended[healed]) == ("FAILURE", "SUCCESS")
    for table in SERIES:
        key = ", ".join(key_columns(BY_TABLE[table]))
        [(rows, distinct)] = page.account.query(f"select count(*), count(distinct ({key})) from raw_i3d.{table}")
        sums = "sum(row_count), sum(missing_count) filter (state <> 'open')"
        [(told, missing)] = page.account.query(f"select {sums} from raw_i3d.load_windows where table_name = '{table}'")
        assert rows == distinct == told > 0, table
        assert not missing, table


def test_ending_it_ends_all_that_it_started(page):
    page.process.terminate()
    page.process.wait(timeout=150)
    for _ in range(300):
        if not lives(page.process.pid):
            return
        time.sleep(0.5)
    pytest.fail("something still runs")
