"""Dagster's page and daemon as real processes, started the way a user starts them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dagster")]
QUESTION = "{repositoriesOrError{... on RepositoryConnection{nodes{jobs{name} schedules{scheduleState{status}}}}}}"


@pytest.fixture
def page(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("I3D_")}
    environment |= {"I3D_WAREHOUSE": str(tmp_path / "w.duckdb")}
    command = [sys.executable, "-m", "pipelines", "ui", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=environment, start_new_session=True, **quiet)
    yield f"http://127.0.0.1:{port}/graphql"
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=60)


def ask(url: str) -> list[dict]:
    for _ in range(120):
        try:
            found = httpx.post(url, json={"query": QUESTION}).json()["data"]["repositoriesOrError"]
        except httpx.HTTPError:
            found = {}
        if found.get("nodes"):
            return found["nodes"]
        time.sleep(0.5)
    pytest.fail("no code location came up within a minute")


def test_the_page_shows_the_jobs_and_every_schedule_stopped(page, tmp_path):
    [location] = ask(page)
    assert {"nightly", "telemetry"} <= {job["name"] for job in location["jobs"]}
    assert {one["scheduleState"]["status"] for one in location["schedules"]} == {"STOPPED"}
    assert (tmp_path / "dagster" / "dagster.yaml").exists()
