"""A run of a command with every Python process of it under an audit hook, and the demo that all tests share, made so.

The hook writes down each address that is looked up or contacted, and refuses what is not on this machine. No switch against
telemetry is set here: the project's own have to do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

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


@dataclass(frozen=True)
class Demo:
    """What `i3d demo` or `i3d run` left: its folder and its words. Copy what a test changes."""

    audit: Audit

    @property
    def warehouse(self) -> Path:
        """The published file."""
        return self.audit.folder / "data" / "warehouse.duckdb"

    @property
    def printed(self) -> str:
        """What the command wrote on the screen."""
        return (self.audit.folder / "printed.txt").read_text()


def shared_demo(folder: Path) -> Demo:
    """The demo in this folder."""
    return made_once(folder, "demo", I3D_WAREHOUSE=str(Demo(Audit(folder)).warehouse))


def made_once(folder: Path, command: str, **environment: str) -> Demo:
    """What a command of `i3d` leaves in this folder, run by whichever process of the tests asks first."""
    demo = Demo(Audit(folder))
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "printed.txt").exists():
            folder.mkdir()
            printed = demo.audit.run(str(Path(sys.executable).with_name("i3d")), command, **environment)
            (folder / "printed.txt").write_text(printed)
    return demo
