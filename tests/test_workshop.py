"""The rules of the project that a program can check: what the documents promise, and how the code is written.

What the code does is tested beside it; what leaves the machine in `test_egress.py`.
"""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

import pipelines
from pipelines.cli import app
from pipelines.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("pipelines", "dagster_project")
CATALOGUE = ROOT / "pipelines" / "i3d" / "catalogue"
LONGEST_FILE, LONGEST_FUNCTION = 250, 40
TOP = 12


def git(*words: str) -> subprocess.CompletedProcess[str]:
    # A clone made by somebody else is a clone all the same.
    command = ["git", "-c", "safe.directory=*", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def tracked() -> list[Path]:
    """The files of the clone, and those that would be added next."""
    listed = git("ls-files", "--cached", "--others", "--exclude-standard", "-z")
    if listed.returncode:
        pytest.skip("not a git clone")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py") if path.stat().st_size)


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def commands() -> dict[str, Any]:
    return typer.main.get_group(app).commands


# Documents

WRITTEN = [*sorted(ROOT.glob("*.md")), ROOT / ".env.example", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_readme_opens_with_the_two_commands() -> None:
    top = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:TOP]
    assert "pip install uv && uv run i3d demo" in top
    assert "pip install uv && uv run pytest" in top


def mentioned(path: Path) -> set[str]:
    """The commands behind `i3d` in code: in backticks, or at the start of a line of a block."""
    return set(re.findall(r"(?:`|^|uv run )i3d ([a-z]\w*)", path.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("path", WRITTEN, ids=label)
def test_every_command_a_document_names_exists(path: Path) -> None:
    assert mentioned(path) <= commands().keys()


def test_the_readme_names_every_command() -> None:
    assert mentioned(ROOT / "README.md") == commands().keys()


@pytest.mark.parametrize("path", WRITTEN, ids=label)
def test_every_file_a_document_links_to_exists(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_every_command_and_option_says_what_it_is() -> None:
    for name, command in commands().items():
        assert command.help, name
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{name}: {parameter.name}"


def test_the_example_environment_has_every_setting_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    found = {}
    for before, line in pairwise(lines):
        if setting := re.fullmatch(r"#(I3D_[A-Z_]+)=(.*)", line):
            assert before.startswith("# "), f"{setting[1]} is not explained"
            found[setting[1].removeprefix("I3D_").lower()] = setting[2]
    assert list(found) == list(Settings.model_fields)
    given = {name: value for name, value in found.items() if value}
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert Settings(_env_file=None, **given).model_dump() == Settings.model_construct(**defaults).model_dump()


# The clone


def test_the_lock_file_stays_out_of_git() -> None:
    if git("rev-parse").returncode:
        pytest.skip("not a git clone")
    assert git("check-ignore", "uv.lock").stdout.strip() == "uv.lock"
    assert git("ls-files", "uv.lock").stdout == ""


def test_no_file_names_a_package_registry() -> None:
    hosts = [name + "." + end for name, end in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))]
    pattern = re.compile("|".join(map(re.escape, hosts)).encode(), re.IGNORECASE)
    assert [label(path) for path in tracked() if pattern.search(path.read_bytes())] == []


def test_the_secret_check_finds_secrets_and_only_them() -> None:
    [repo] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    [entry] = [hook["entry"] for hook in repo["hooks"] if hook["id"] == "secrets"]
    pattern, value = re.compile(entry.encode()), "9f8e7d6c" * 4
    for before, secret in (("I3D_API_TOKEN=", value), ('"PRIVATE-TOKEN": "', value), ("-----BEGIN ", "PRIVATE KEY-----")):
        assert pattern.search((before + secret).encode()), before
    assert [label(path) for path in tracked() if any(map(pattern.search, path.read_bytes().splitlines()))] == []


def test_the_checks_run_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "README.md" in script
    assert "step uv run pytest" not in script


# The code


@pytest.mark.parametrize("path", modules(*PACKAGES, "tests"), ids=label)
def test_a_module_says_what_it_is_and_stays_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert CATALOGUE in path.parents or text.count("\n") < LONGEST_FILE


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=label)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    functions = [node for node in nodes(path) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("path", modules("pipelines/i3d/catalogue"), ids=label)
def test_the_catalogue_holds_data_only(path: Path) -> None:
    code = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
    assert [node for node in nodes(path) if isinstance(node, code)] == []


def test_pipelines_never_imports_dagster() -> None:
    for path in modules("pipelines"):
        for node in nodes(path):
            names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0].startswith("dagster") for name in names), label(path)


def test_no_error_is_caught_blindly() -> None:
    blind = {"Exception", "BaseException"}
    for path in modules(*PACKAGES, "tests"):
        for node in nodes(path):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{label(path)}:{node.lineno}"
                caught = {one.id for one in ast.walk(node.type) if isinstance(one, ast.Name)}
                assert not caught & blind, f"{label(path)}:{node.lineno}"


# Telemetry: off wherever a tool may start


def test_importing_pipelines_switches_telemetry_off(monkeypatch: pytest.MonkeyPatch) -> None:
    off = {"RUNTIME__DLTHUB_TELEMETRY": "false", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DAGSTER_DISABLE_TELEMETRY": "1"}
    for name in off:
        monkeypatch.delenv(name, raising=False)
    importlib.reload(pipelines)
    assert {name: os.environ.get(name) for name in off} == off


def test_telemetry_is_off_where_a_tool_starts_by_itself() -> None:
    def read(name: str) -> str:
        return (ROOT / name).read_text(encoding="utf-8")

    assert tomllib.loads(read(".dlt/config.toml"))["runtime"]["dlthub_telemetry"] is False
    assert yaml.safe_load(read("sql/dbt_project.yml"))["flags"]["send_anonymous_usage_stats"] is False
    dagster = yaml.safe_load(read("dagster.yaml"))
    assert dagster["telemetry"] == dagster["nux"] == {"enabled": False}
    assert dagster["concurrency"]["pools"]["default_limit"] == 1
