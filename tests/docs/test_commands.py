"""Every command, query and piece of Python in README.md and docs/ is run here, against a simulated account and the demo."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer
from audit import Demo

from pipelines import cli
from pipelines.demo import APART, REPLAYS
from pipelines.simulator.run import make_world
from pipelines.simulator.server import Server
from pipelines.simulator.world import DEFAULT_NOW, World

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(bash|sql|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:uv run )?i3d [^`]+)`")
# What is not run here, by its first words, and why.
ELSEWHERE = {
    "pip install": "needs the network",
    "pytest": "is what runs this test",
    "i3d demo": "made the demo that this test reads",
    "i3d ui": "tests/dagster/test_platform.py::test_four_runs_at_once_wait_for_each_other_and_a_week_is_loaded_in_one",
    "i3d run": "tests/test_cli.py::test_run_loads_builds_publishes_and_query_reads",
    "i3d build": "tests/test_cli.py::test_run_loads_builds_publishes_and_query_reads",
}
# Whole blocks, by their first words.
OUTSIDE = {
    "python3.12 -m venv validator": "a program of others in an environment of its own: needs the network",
    "cp deploy/env.example": "needs a Docker engine; tests/test_deploy.py reads the files",
}
# What should not end well in an account where nothing is wrong.
ENDS = {"i3d write resolve server/77": 2}


@dataclass
class Sandbox:
    """A folder as the documents have it: the demo's warehouse under `data/`, a server with the same account."""

    folder: Path
    world: World
    url: str

    def fill(self, text: str) -> str:
        """The text with the values that a document leaves out."""
        uuid = next(row["uuid"] for row in self.world.rows("flexmetal_servers") if row["status"] == "delivered")
        return text.replace("180a11c7-…", uuid).replace("I3D_API_TOKEN=…", f"I3D_API_TOKEN={self.world.token}")


@pytest.fixture(scope="module")
def sandbox(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    data = demo.warehouse.parent
    shutil.copytree(data, folder / "data", ignore=shutil.ignore_patterns("dlt", "dbt", "report"))
    os.link(folder / "data" / "warehouse.duckdb", folder / "data" / "account.duckdb")
    (folder / "sql").symlink_to(ROOT / "sql")
    ticket = {"title": "Rack 7", "content": "The door.", "category": "Colocation", "emailTo": "noc@example.com", "emailCc": ""}
    (folder / "ticket.json").write_text(json.dumps(ticket))
    (folder / "idle.sql").write_text("select uuid, 'idle' as tag from raw_i3d.flexmetal_servers where not is_deleted limit 2")
    world = make_world(1, "small", DEFAULT_NOW - REPLAYS * APART)
    world.clock.set(DEFAULT_NOW)
    with Server(world) as server:
        yield Sandbox(folder, world, server.url)


@pytest.fixture
def inside(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.chdir(sandbox.folder)
    given = {"base_url": sandbox.url, "api_token": sandbox.world.token, "as_of": DEFAULT_NOW.isoformat(), "history_days": "0"}
    for name, value in given.items():
        monkeypatch.setenv(f"I3D_{name.upper()}", value)
    return sandbox


def blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


def having(language: str) -> list[Any]:
    pages = [page for page in PAGES if blocks(page, language)]
    return [pytest.param(page, id=page.name, marks=pytest.mark.xdist_group("documents")) for page in pages]


def commands(page: Path) -> Iterator[list[str]]:
    """The commands of a page in order, as words, without `uv run` and comments."""
    for block in blocks(page, "bash"):
        for line in [] if block.startswith(tuple(OUTSIDE)) else block.replace("\\\n", " ").splitlines():
            for part in line.split(" && "):
                words = shlex.split(part, comments=True)
                if words:
                    yield words[2:] if words[:2] == ["uv", "run"] else words


@pytest.mark.parametrize("page", having("bash"))
def test_the_commands_of_a_page_run(page: Path, inside: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    for written in commands(page):
        words = [inside.fill(word) for word in written]
        if words[0] == "export":
            monkeypatch.setenv(*words[1].split("=", 1))
        elif not any(" ".join(words).startswith(start) for start in ELSEWHERE):
            with monkeypatch.context() as patch:
                while re.fullmatch(r"[A-Z0-9_]+=.*", words[0]):
                    patch.setenv(*words.pop(0).split("=", 1))
                assert words[0] in RUNNERS, f"{page.name}: {written}: run it here, or say in ELSEWHERE why not"
                RUNNERS[words[0]](words, patch)
        capsys.readouterr()


def run_i3d(words: list[str], patch: pytest.MonkeyPatch) -> None:
    patch.setattr("sys.argv", words)
    with pytest.raises(SystemExit) as left:
        cli.main()
    expected = next((code for start, code in ENDS.items() if " ".join(words).startswith(start)), None)
    # A plan with changes ends with 3.
    good = (expected,) if expected is not None else (None, 0, 3) if words[1:3] == ["write", "plan"] else (None, 0)
    assert left.value.code in good, words


def run_duckdb(words: list[str], _: pytest.MonkeyPatch) -> None:
    """Stands in for DuckDB's own program, which is none of the project's."""
    file, sql = (word for word in words[1:] if not word.startswith("-"))
    assert "-readonly" in words
    with duckdb.connect(file, read_only=True) as connection:
        assert connection.execute(sql).fetchall(), sql


RUNNERS = {"i3d": run_i3d, "duckdb": run_duckdb}


@pytest.mark.parametrize("page", having("sql"))
def test_the_queries_of_a_page_run(page: Path, inside: Sandbox) -> None:
    for sql in blocks(page, "sql"):
        file = ":memory:" if sql.startswith("attach") else "data/warehouse.duckdb"
        with duckdb.connect(file, read_only=file != ":memory:") as connection:
            assert connection.execute(sql).fetchall(), sql


@pytest.mark.parametrize("page", having("python"))
def test_the_python_of_a_page_runs(page: Path, inside: Sandbox) -> None:
    for code in blocks(page, "python"):
        found: dict[str, Any] = {}
        exec(compile(code, page.name, "exec"), found)
        frames = [value for value in found.values() if hasattr(value, "columns")]
        assert all(len(frame) for frame in frames)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_in_a_sentence_has_the_options_it_names(page: Path) -> None:
    for text in INLINE.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        words = text.replace("uv run ", "").split()[1:]
        command: Any = typer.main.get_group(cli.app)
        while hasattr(command, "commands") and words:
            command = command.commands[words.pop(0)]
        options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
        named = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert named <= options, text


def test_what_is_not_run_here_is_run_somewhere_else() -> None:
    written = [" ".join(words) for page in PAGES for words in commands(page)]
    assert [start for start in ELSEWHERE if not any(one.startswith(start) for one in written)] == []
    begun = [block for page in PAGES for block in blocks(page, "bash")]
    assert [start for start in OUTSIDE if not any(block.startswith(start) for block in begun)] == []
    for place in ELSEWHERE.values():
        path, _, test = place.partition("::")
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8")
