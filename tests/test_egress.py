"""What leaves the machine: nothing. Every Python process of a demo, and of each tool alone, runs under an audit hook."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from audit import ROOT, Audit, Demo

DAGSTER = """
import dagster

@dagster.op
def nothing(): ...

@dagster.job(executor_def=dagster.in_process_executor)
def trivial(): nothing()

with dagster.DagsterInstance.get() as instance:
    assert trivial.execute_in_process(instance=instance).success
"""
DLT = """
import sys, dlt
file = dlt.destinations.duckdb(sys.argv[1] + "/trivial.duckdb")
pipeline = dlt.pipeline("trivial", destination=file, pipelines_dir=sys.argv[1])
pipeline.run([{"id": 1}], table_name="trivial")
"""
STRANGER = """
import subprocess, sys
subprocess.run([sys.executable, "-c", "import socket; socket.getaddrinfo('example.invalid', 443)"])
"""


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return Audit(tmp_path)


def test_the_hook_sees_and_refuses_a_child_that_calls_out(audit: Audit) -> None:
    audit.run(sys.executable, "-c", STRANGER)
    assert [line["host"] for line in audit.seen(stays=False)] == ["example.invalid"]


@pytest.mark.slow
def test_a_demo_contacts_nothing_but_its_own_simulator(demo: Demo) -> None:
    assert demo.warehouse.exists()
    assert demo.audit.seen(stays=False) == []
    connected = [line for line in demo.audit.seen(stays=True) if line["event"] == "socket.connect" and line["host"]]
    assert {line["host"] for line in connected} == {"127.0.0.1"}


@pytest.mark.slow
def test_dagster_alone_sends_nothing_and_collects_nothing_to_send(audit: Audit) -> None:
    home = audit.folder / "dagster"
    home.mkdir()
    shutil.copy(ROOT / "dagster.yaml", home)
    audit.run(sys.executable, "-c", DAGSTER, DAGSTER_HOME=str(home))
    assert audit.seen(stays=False) == []
    assert (home / "history").exists()
    assert not (home / "logs").exists()


@pytest.mark.slow
def test_dlt_alone_sends_nothing(audit: Audit) -> None:
    audit.run(sys.executable, "-c", DLT, str(audit.folder))
    assert audit.seen(stays=False) == []


@pytest.mark.slow
def test_dbt_alone_sends_nothing(audit: Audit) -> None:
    project = ("--project-dir", str(ROOT / "sql"), "--profiles-dir", str(ROOT / "sql"))
    output = ("--target-path", str(audit.folder / "target"), "--log-path", str(audit.folder))
    audit.run(sys.executable, "-m", "dbt.cli.main", "parse", *project, *output)
    assert (audit.folder / "target" / "manifest.json").exists()
    assert audit.seen(stays=False) == []
