"""What leaves the machine: nothing. Every Python process of a demo, and of each tool started alone, runs under an audit hook.

The hook writes down each address that is looked up or contacted, and refuses what is not on this machine. No switch against
telemetry is set here: the project's own have to do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOOK = '''
import json, os, sys
from ipaddress import ip_address

ADDRESS = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
NAME = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.gethostbyaddr": 0}

def stays(host):
    try:
        return host in ("", "localhost") or ip_address(host).is_loopback
    except ValueError:
        return False

def target(event, args):
    found = args[ADDRESS[event]] if event in ADDRESS else (args[NAME[event]] or "",)
    host = found[0] if isinstance(found, tuple) else ""  # anything else is a file on this machine
    return host.decode() if isinstance(host, bytes) else host

def audit(event, args):
    if event in ADDRESS or event in NAME:
        host = target(event, args)
        line = json.dumps({"event": event, "host": host, "stays": stays(host), "by": sys.argv[:2]}) + chr(10)
        log = os.open(os.environ["AUDIT_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(log, line.encode())
        os.close(log)
        if not stays(host):
            raise PermissionError(f"refused: {host}")

sys.addaudithook(audit)
'''
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


@dataclass(frozen=True)
class Audit:
    """A folder for one audited run; it is the home of the processes, so that no setting of the user reaches them."""

    folder: Path

    def run(self, *command: str, **environment: str) -> str:
        """Runs a command from the project's root in an environment with nothing but what is given; returns what it printed."""
        (self.folder / "hook").mkdir()
        (self.folder / "hook" / "sitecustomize.py").write_text(HOOK)
        bare = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(self.folder / "hook")}
        given = bare | {"AUDIT_LOG": str(self.folder / "audit.log")} | environment
        done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def seen(self, *, stays: bool) -> list[dict[str, str]]:
        """What was contacted, on this machine or elsewhere."""
        path = self.folder / "audit.log"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if line["stays"] is stays]


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return Audit(tmp_path)


def test_the_hook_sees_and_refuses_a_child_that_calls_out(audit: Audit) -> None:
    audit.run(sys.executable, "-c", STRANGER)
    assert [line["host"] for line in audit.seen(stays=False)] == ["example.invalid"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_demo_contacts_nothing_but_its_own_simulator(audit: Audit) -> None:
    warehouse = audit.folder / "data" / "warehouse.duckdb"
    audit.run(str(Path(sys.executable).with_name("i3d")), "demo", I3D_WAREHOUSE=str(warehouse))
    assert warehouse.exists()
    assert audit.seen(stays=False) == []
    connected = [line for line in audit.seen(stays=True) if line["event"] == "socket.connect" and line["host"]]
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
