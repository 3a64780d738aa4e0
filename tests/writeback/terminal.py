"""`i3d write …` in this process against a simulated account, and ids of that account. No tests.

A test file takes the fixtures over by importing them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from bench import Bench, benches

from pipelines import cli

Run = Callable[..., tuple[int, str, str]]
DONE, FAILED, REFUSED, CHANGES = 0, 1, 2, 3
TICKET = ["title=Rack 7", "content=c", "category=Power", "department=noc", "emailCc=", "emailTo="]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with benches(tmp_path_factory.mktemp("cli")) as made:
        yield made


@pytest.fixture
def bench(served: Bench) -> Bench:
    served.begin()
    return served


@pytest.fixture
def run(bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `i3d write …` in this process against the account: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str, **environment: str) -> tuple[int, str, str]:
        here = {
            "base_url": bench.settings.base_url, "api_token": bench.world.token, "actor": "alice", "history_days": "0",
            "warehouse": str(bench.settings.warehouse), "as_of": bench.world.clock.now().isoformat(), **environment,
        }  # fmt: skip
        with monkeypatch.context() as patch:
            for name, value in here.items():
                patch.setenv(f"I3D_{name.upper()}", value)
            patch.setattr("sys.argv", ["i3d", "write", *words])
            with pytest.raises(SystemExit) as exit_:
                cli.main()
        seen = capsys.readouterr()
        code = exit_.value.code
        return code if isinstance(code, int) else 0, seen.out, " ".join(seen.err.split())

    return call


def metal(bench: Bench, number: int = 0) -> str:
    going = [row for row in bench.world.tables["flexmetal_servers"] if row["status"] == "delivered"]
    return str(going[number]["uuid"])


def rack(bench: Bench) -> str:
    return str(next(row["id"] for row in bench.world.tables["colocations"] if not row["dateCancelled"]))


def order_words(bench: Bench, tags: int = 0) -> list[str]:
    kind = bench.world.rows("flexmetal_instance_types")[0]
    place = next(row["name"] for row in bench.world.rows("flexmetal_locations") if row["id"] == kind["@locationId"])
    listed = ",".join(f"t{number}" for number in range(tags))
    return ["name=n", f"location={place}", f"instanceType={kind['name']}", "os.slug=debian-13", "sshKey=k", f"tags={listed}"]


def servers(bench: Bench, count: int, tmp_path: Path) -> Path:
    """A query for tags on so many servers, in a warehouse of nothing else."""
    Path(bench.settings.warehouse).parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect(str(bench.settings.warehouse)).close()
    values = ", ".join(f"('{metal(bench, number)}', 'bulk')" for number in range(count))
    path = tmp_path / "q.sql"
    path.write_text(f"select * from (values {values}) as servers(uuid, tag)")
    return path
