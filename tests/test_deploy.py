"""What `deploy/` promises, as far as it can be proved without an engine: linters, Docker's own reader, Dagster's own schema."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from audit import ROOT
from dagster._core.instance import InstanceRef

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
DAGSTER = ("code", "webserver", "daemon")
SECRET = "for-the-test"


def tool(name: str, *words: str, **environment: str) -> str:
    command = [str(Path(sys.executable).with_name(name)), *words]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The compose file as Docker Compose understands it, with a filled-in environment file beside it."""
    folder = tmp_path_factory.mktemp("deploy") / "deploy"
    folder.mkdir()
    (folder / "compose.yaml").write_bytes((DEPLOY / "compose.yaml").read_bytes())
    filled = (DEPLOY / "env.example").read_text().replace("POSTGRES_PASSWORD=", f"POSTGRES_PASSWORD={SECRET}")
    (folder / ".env").write_text(filled.replace("I3D_API_TOKEN=", "I3D_API_TOKEN=the-key"))
    return json.loads(tool("docker-compose", "--file", str(folder / "compose.yaml"), "config", "--format", "json"))


def test_the_linters_find_nothing() -> None:
    tool("hadolint", "deploy/Dockerfile")
    tool("compose-lint", "check", "deploy/compose.yaml")


def test_without_a_password_nothing_starts() -> None:
    with pytest.raises(AssertionError, match=r"set it in deploy/\.env"):
        tool("docker-compose", "--file", "deploy/compose.yaml", "--env-file", os.devnull, "config", POSTGRES_PASSWORD="")


def test_the_page_is_for_this_machine_only_and_nothing_else_has_a_port(compose: dict[str, Any]) -> None:
    ports = {name: service.get("ports", []) for name, service in compose["services"].items()}
    [port] = ports.pop("webserver")
    assert (port["host_ip"], port["published"], port["target"]) == ("127.0.0.1", "3000", 3000)
    assert not any(ports.values())
    assert compose["networks"]["inside"]["internal"] is True
    assert {name for name, one in compose["services"].items() if "outside" in one["networks"]} == {"code", "webserver"}


def test_only_the_code_server_knows_the_key_and_holds_the_data(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {name for name, one in services.items() if "the-key" in str(one)} == {"code"}
    mounts = {name: {volume["source"] for volume in one.get("volumes", [])} for name, one in services.items()}
    assert {name for name, volumes in mounts.items() if "data" in volumes} == {"code"}
    assert all("logs" in mounts[name] for name in DAGSTER)
    assert mounts["postgres"] == {"postgres"}


def test_every_service_that_stays_is_watched_limited_and_without_privileges(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["mem_limit"]
        assert ("healthcheck" in service) == (name != "migrate")
    waits = {
        (name, above): how["condition"]
        for name, one in compose["services"].items() for above, how in one.get("depends_on", {}).items()
    }  # fmt: skip
    assert waits == {
        ("migrate", "postgres"): "service_healthy", ("code", "migrate"): "service_completed_successfully",
        ("webserver", "code"): "service_healthy", ("daemon", "code"): "service_healthy",
    }  # fmt: skip


def test_the_image_runs_as_nobody_special_and_holds_no_secret() -> None:
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["10001"]
    before, _, _ = DOCKERFILE.partition("USER 10001")
    assert "COPY" not in before
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"**/.env", "**/*.key", "data", ".git", ".venv", ".dlt/secrets.toml"} <= set(ignored)
    assert subprocess.run(["git", "check-ignore", "-q", "deploy/.env"], cwd=ROOT, check=False).returncode in (0, 128)


def test_every_file_and_module_that_the_image_names_exists() -> None:
    for path in re.findall(r"COPY (?:--chown=\S+ )?(.+) \S+$", DOCKERFILE, re.MULTILINE):
        assert [name for name in path.split() if not (ROOT / name).exists()] == []
    places = [*re.findall(r"/opt/dagster/(\S+?)(?:\"|$)", (DEPLOY / "compose.yaml").read_text(), re.MULTILINE)]
    assert set(places) == {"workspace.yaml"}


def test_both_instances_behave_alike_and_read_their_storage_from_the_environment() -> None:
    both = [yaml.safe_load(path.read_text()) for path in (ROOT / "dagster.yaml", DEPLOY / "dagster.postgres.yaml")]
    for name in ("telemetry", "nux", "concurrency", "run_retries", "run_monitoring"):
        assert both[0][name] == both[1][name], name
    database = both[1]["storage"]["postgres"]["postgres_db"]
    assert all(set(database[name]) == {"env"} for name in ("hostname", "username", "password", "db_name"))


def test_dagster_reads_its_postgres_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "USER", "PASSWORD", "DB"):
        monkeypatch.setenv(f"DAGSTER_POSTGRES_{name}", "x")
    monkeypatch.setenv("DAGSTER_LOGS", str(tmp_path))
    (tmp_path / "dagster.yaml").write_bytes((DEPLOY / "dagster.postgres.yaml").read_bytes())
    reference = InstanceRef.from_dir(str(tmp_path))  # refuses what its schema does not know
    assert reference.storage_data.class_name == "DagsterPostgresStorage"
    assert reference.settings["concurrency"]["pools"] == {"default_limit": 1, "granularity": "run"}
    assert reference.settings["run_retries"]["enabled"] is True
