"""Starts Dagster's web page and its daemon on this machine. Knows nothing of what Dagster shows there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from pipelines.warehouse import Warehouse, storage_errors

ROOT = Path(__file__).resolve().parent.parent
WORKSPACE = "load_from:\n  - python_module: {module_name: dagster_project.definitions, location_name: i3d}\n"


def dagster_home(warehouse: Warehouse) -> Path:
    """The folder of Dagster's own storage, beside the warehouse, with the project's `dagster.yaml` in it where none is yet."""
    home = warehouse.folder / "dagster"
    with storage_errors(warehouse.folder):
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "dagster.yaml").exists():
            shutil.copyfile(ROOT / "dagster.yaml", home / "dagster.yaml")
        (home / "workspace.yaml").write_text(WORKSPACE, encoding="utf-8")
    return home


def serve(warehouse: Warehouse, port: int) -> NoReturn:
    """Becomes Dagster, which runs until it is interrupted or told to end, and ends what it started."""
    home = dagster_home(warehouse)
    place = ["--workspace", str(home / "workspace.yaml"), "--host", "127.0.0.1", "--port", str(port)]
    given = os.environ | {"DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1"}
    dagster = [sys.executable, "-m", "dagster"]
    # A limit that comes from the default of `dagster.yaml` does not hold yet for the first runs of a new instance.
    subprocess.run([*dagster, "instance", "concurrency", "set", "warehouse", "1"], env=given, check=True)  # noqa: S603
    # A shell hides interrupts from what it starts in the background, and Dagster would then not listen to SIGTERM either.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # In the folder it was started in, where a file `.env` may lie.
    os.execve(sys.executable, [*dagster, "dev", *place], given)  # noqa: S606
