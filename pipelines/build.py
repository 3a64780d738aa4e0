"""Runs and tests the SQL models on the private file, and publishes what passed. No SQL lives here."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from pipelines.comments import write_comments
from pipelines.errors import I3DError, StorageError, UsageError
from pipelines.i3d.writeback.export import copy_record
from pipelines.terms import OWN, explain_terms, lend_terms
from pipelines.warehouse import Warehouse

PROJECT = Path(__file__).resolve().parent.parent / "sql"
GOOD = frozenset({"success", "pass", "no-op"})
# Unit tests prove the SQL, not the data: they are for whoever changes a model, who selects it.
EVERY_NIGHT = ["--exclude-resource-type", "unit_test"]


class BuildError(I3DError):
    """A model does not run."""

    next_step = "The published file is as before. The log of the build names the statement."


@dataclass(slots=True)
class Build:
    """What dbt did: how many nodes ran, which tests failed, whether the result was published."""

    models: int = 0
    tests: int = 0
    failed: list[str] = field(default_factory=list)
    published: bool = False


def build(warehouse: Warehouse, select: tuple[str, ...] = (), terms: Path | None = None) -> Build:
    """Builds and tests; publishes when every test passed. `terms` is the folder of the settings files, else the project's own.

    The unit tests of the models run too where `select` names some.
    Raises BuildError when a model fails, UsageError when there is nothing to build on, nothing is selected, or a settings file
    cannot be read.
    """
    if not warehouse.private.exists():
        raise UsageError("There is nothing to build on yet.", "Run `i3d load` first.")
    with warehouse.writing():
        copy_record(warehouse)
        result = _summarise(warehouse, *_run_dbt(warehouse, select, terms))
        if not result.models + result.tests:
            raise UsageError(f"--select {' '.join(select)} names no model.", "`i3d build` alone builds all of sql/models.")
        if not result.failed:
            write_comments(warehouse)
            warehouse.publish()
            result.published = True
    return result


def _run_dbt(warehouse: Warehouse, select: tuple[str, ...], terms: Path | None) -> tuple[int, str]:
    """dbt in a process of its own: it keeps DuckDB files open for as long as it lives."""
    folders = {
        "--project-dir": PROJECT, "--profiles-dir": PROJECT, "--target-path": warehouse.dbt / "target",
        "--log-path": warehouse.dbt / "logs",
    }  # fmt: skip
    command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "build"]
    command += [str(word) for pair in folders.items() for word in pair] + (["--select", *select] if select else EVERY_NIGHT)
    (warehouse.dbt / "target" / "run_results.json").unlink(missing_ok=True)
    given = environment(warehouse, terms)
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)  # noqa: S603
    return done.returncode, done.stdout + done.stderr


def environment(warehouse: Warehouse, terms: Path | None) -> dict[str, str]:
    """What dbt is told: which file to build, how much memory, which settings files; never a secret."""
    given = dict(os.environ) | {
        "I3D_BUILD_FILE": str(warehouse.private),
        "I3D_MEMORY_LIMIT": warehouse.memory_limit,
        "I3D_SETTINGS_FOLDER": str(lend_terms(terms or OWN, warehouse.dbt / "settings")),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    for secret in ("I3D_API_TOKEN", "I3D_NOTIFY"):
        given.pop(secret, None)
    return given


def _summarise(warehouse: Warehouse, code: int, output: str) -> Build:
    path = warehouse.dbt / "target" / "run_results.json"
    if not path.exists():
        if "No space left" in output:
            raise StorageError(f"The disk of {warehouse.folder} is full.")
        raise BuildError("dbt could not start: " + _last_words(output))
    result = Build()
    for node in orjson.loads(path.read_bytes())["results"]:
        kind, name = node["unique_id"].split(".")[0], node["unique_id"].split(".")[2]
        is_test = kind in ("test", "unit_test")
        result.tests += is_test
        result.models += kind in ("model", "seed")
        if node["status"] in ("error", "runtime error") and kind == "seed":
            raise explain_terms(name, node["message"] or "")
        if node["status"] in ("error", "runtime error") and not is_test:
            raise BuildError(f"Model {name} does not run: {_first_line(node['message'])}")
        if node["status"] not in GOOD and node["status"] not in ("warn", "skipped"):
            result.failed.append(f"{name}: {_first_line(node['message'])}")
    if code and not result.failed:
        raise BuildError("dbt failed: " + _last_words(output))
    return result


def _first_line(text: str | None) -> str:
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    return " ".join(lines[:2])


def _last_words(output: str) -> str:
    return " ".join(line.strip() for line in output.strip().splitlines()[-4:])
