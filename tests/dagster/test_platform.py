"""The platform as real processes: webserver, daemon and queued runs, started the way a user starts them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta

import httpx
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dagster"), pytest.mark.timeout(400)]
LOCATIONS = "{repositoriesOrError{... on RepositoryConnection{nodes{jobs{name} schedules{scheduleState{status}}}}}}"
LAUNCH = """mutation($params: ExecutionParams!) {launchRun(executionParams: $params) {
    __typename ... on LaunchRunSuccess {run {runId}} ... on PythonError {message}}}"""
RUNS = "{runsOrError{... on Runs{results{runId status jobName}}}}"
DONE = {"SUCCESS", "FAILURE", "CANCELED"}


class Page:
    """Dagster's page on loopback, asked through its GraphQL."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, query: str, **variables) -> dict:
        return httpx.post(self.url, json={"query": query, "variables": variables}, timeout=60).json()["data"]

    def wait(self, seconds: int = 60) -> dict:
        for _ in range(seconds * 2):
            try:
                nodes = self.ask(LOCATIONS)["repositoriesOrError"].get("nodes")
            except httpx.HTTPError:
                nodes = []
            if nodes:
                return nodes[0]
            time.sleep(0.5)
        return pytest.fail(f"no code location came up within {seconds} s")

    def launch(self, job: str, tags: dict[str, str] | None = None) -> None:
        selector = {"repositoryName": "__repository__", "repositoryLocationName": "i3d", "pipelineName": job}
        marks = [{"key": key, "value": value} for key, value in (tags or {}).items()]
        found = self.ask(LAUNCH, params={"selector": selector, "mode": "default", "executionMetadata": {"tags": marks}})
        assert found["launchRun"]["__typename"] == "LaunchRunSuccess", found

    def finish(self, seconds: int) -> list[tuple[str, str]]:
        for _ in range(seconds):
            runs = self.ask(RUNS)["runsOrError"]["results"]
            if all(run["status"] in DONE for run in runs):
                return sorted((run["jobName"], run["status"]) for run in runs)
            time.sleep(1)
        return pytest.fail(f"runs did not end within {seconds} s: {runs}")


@pytest.fixture
def page(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    processes = []

    def start(**settings: str) -> Page:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("I3D_")}
        environment |= {"I3D_WAREHOUSE": str(tmp_path / "warehouse.duckdb"), **settings}
        command = [sys.executable, "-m", "pipelines", "ui", "--port", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        processes.append(subprocess.Popen(command, env=environment, start_new_session=True, **quiet))
        return Page(f"http://127.0.0.1:{port}/graphql")

    yield start
    for process in processes:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


def test_four_runs_at_once_wait_for_each_other_and_a_week_is_loaded_in_one(page, account):
    made = account(history_days=1)
    now = made.world.clock.now()
    given = {
        "I3D_BASE_URL": made.settings.base_url, "I3D_API_TOKEN": made.world.token, "I3D_AS_OF": now.isoformat(),
        "I3D_HISTORY_DAYS": "1",
    }  # fmt: skip
    dagster = page(**given)
    location = dagster.wait()
    assert {one["scheduleState"]["status"] for one in location["schedules"]} == {"STOPPED"}
    week = (now - timedelta(days=7), now - timedelta(days=1))
    ends = dict(zip(("start", "end"), (f"{day:%Y-%m-%d}" for day in week), strict=True))
    dagster.launch("telemetry", {f"dagster/asset_partition_range_{name}": day for name, day in ends.items()})
    for _ in range(3):
        dagster.launch("observe_servers")
    assert dagster.finish(300) == [*[("observe_servers", "SUCCESS")] * 3, ("telemetry", "SUCCESS")]
    # The week, and the day whose first sample closes it.
    assert made.query("select count(distinct window_start) from raw_i3d.pdu_power") == [(8,)]
    [(loads,)] = made.query("select count(distinct run_id) from raw_i3d.load_log where table_name = 'dedicated_servers'")
    assert loads == 3
