"""The `i3d` command as a person meets it: help, one sentence per error, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from audit import Demo
from conftest import Account
from duckdb import connect

from pipelines import cli

COMMANDS = {
    "demo", "run", "load", "build", "get", "operations", "doctor", "drift", "query", "report", "export", "simulate", "write",
    "ui",
}  # fmt: skip
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `i3d …` in this process: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str, **environment: str) -> tuple[int, str, str]:
        for name, value in environment.items():
            monkeypatch.setenv(f"I3D_{name.upper()}", value)
        monkeypatch.setattr("sys.argv", ["i3d", *words])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        seen = capsys.readouterr()
        code = exit_.value.code
        return code if isinstance(code, int) else 0, seen.out, seen.err

    return call


def at(account: Account) -> dict[str, str]:
    return {
        "base_url": account.settings.base_url, "api_token": account.world.token, "warehouse": str(account.settings.warehouse),
        "as_of": account.world.clock.now().isoformat(), "history_days": "0",
    }  # fmt: skip


def test_every_command_is_there_with_help(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert {word for word in COMMANDS if word in out} == COMMANDS
    for command in COMMANDS:
        assert run(command, "--help")[0] == 0


def test_operations_lists_all_187_with_their_keys(run: Run) -> None:
    code, out, _ = run("operations", "--json")
    lines = json.loads(out)
    keys = {"method", "path", "name", "kind", "table", "children", "group", "default", "paged", "window", "risk", "reason"}
    assert code == 0
    assert len(lines) == 187
    assert all(keys <= line.keys() for line in lines)
    assert sum(line["kind"] in ("loaded", "on_demand") for line in lines) == 101
    assert sum(line["kind"] == "write" for line in lines) == 86


@pytest.mark.parametrize(
    ("words", "environment", "code", "said"),
    [
        (["load"], {}, 1, "I3D_API_TOKEN is not set"),
        (["load"], {"api_token": "a b"}, 1, "stray space"),
        (["load", "-s", "colocatoins"], {"api_token": "x"}, 2, "Did you mean colocations?"),
        (["load", "--from", "yesterday"], {"api_token": "x"}, 2, "is no date"),
        (["load", "--from", "2026-11-02", "--until", "2026-11-01"], {"api_token": "x"}, 2, "is not before"),
        (["load"], {"api_token": "x", "base_url": "http://example.com"}, 2, "must be https"),
        (["load"], {"api_token": "x", "base_url": "https://127.0.0.1:1"}, 1, "No answer"),
        (["load"], {"api_token": "x", "concurrency": "many"}, 2, "I3D_CONCURRENCY"),
        (["build"], {}, 2, "nothing to build on"),
        (["query", "select 1"], {}, 2, "There is no warehouse"),
        (["query", "select 1", "-f", "xml"], {}, 2, "There is no format"),
        (["get", "create_ticket"], {"api_token": "x"}, 2, "is a write"),
        (["get", "colocatoin"], {"api_token": "x"}, 2, "no operation"),
        (["get", "get_colocation"], {"api_token": "x"}, 2, "needs colocationId"),
        (["get", "colocations", "shoe=1"], {"api_token": "x"}, 2, "has no parameter 'shoe'"),
        (["get", "get_flexmetal_root_password", "uuid=1"], {"api_token": "x"}, 2, "is locked"),
        (["get", "get_payment_landing"], {"api_token": "x"}, 2, "is locked"),
        (["simulate", "--size", "huge"], {}, 2, "There is no size"),
        (["simulate", "--fault", "418"], {}, 2, "is no fault"),
        (["demo", "--size", "huge"], {}, 2, "There is no size"),
        (["lod"], {}, 2, "No such command"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_next_step(
    run: Run, words: list[str], environment: dict[str, str], code: int, said: str
) -> None:
    found, _, err = run(*words, **environment)
    assert found == code
    assert said in err
    assert "Traceback" not in err


def test_get_masks_secrets_unless_revealed(run: Run, account: Callable[..., Account]) -> None:
    mine = account()
    _, masked, _ = run("get", "callbacks", **at(mine))
    _, clear, _ = run("get", "callbacks", "--reveal")
    assert "CANARY-SECRET" not in masked
    assert "***" in masked
    assert "CANARY-SECRET" in clear


def test_get_reads_one_row_and_says_when_it_is_not_there(run: Run, account: Callable[..., Account]) -> None:
    mine = account()
    wanted = str(mine.world.rows("colocations")[0]["id"])
    _, out, _ = run("get", "get_colocation", f"colocationId={wanted}", **at(mine))
    assert json.loads(out)[0]["id"] == int(wanted)
    code, _, err = run("get", "get_colocation", "colocationId=1")
    assert (code, "Entity not found" in err) == (1, True)


def test_the_root_password_needs_the_unlock(run: Run, account: Callable[..., Account]) -> None:
    mine = account()
    words = ["get", "get_flexmetal_root_password", f"uuid={mine.world.rows('flexmetal_servers')[0]['uuid']}"]
    assert "is locked" in run(*words, **at(mine))[2]
    assert "is locked" not in run(*words, allow_locked="get_flexmetal_root_password")[2]


@pytest.mark.slow
def test_doctor_names_what_the_key_may_not_see(run: Run, account: Callable[..., Account]) -> None:
    mine = account()
    mine.world.switches.change({"denied": ["/v3/flexMetal/tags"]})
    code, out, _ = run("doctor", **at(mine))
    assert code == 0
    assert "the key may not read it" in out
    assert run("doctor", api_token="wrong")[0] == 1


@pytest.mark.slow
def test_drift_is_none_against_the_simulator_and_found_where_it_is(run: Run, account: Callable[..., Account]) -> None:
    mine = account()
    assert run("drift", **at(mine))[0] == 0
    mine.world.switches.change({"extra_fields": True})
    code, out, _ = run("drift")
    assert code == 3
    assert "not in the catalogue" in out


@pytest.mark.slow
def test_run_loads_builds_publishes_and_query_reads(run: Run, ran: Demo, tmp_path: Path) -> None:
    assert "published" in ran.printed  # and the exit code was 0
    count = "select service_type, count(*) as n from marts.services group by all order by all"
    _, csv, _ = run("query", count, "-f", "csv", warehouse=str(ran.warehouse))
    assert "colocation,6" in csv
    assert run("query", "select 1 as one", "-f", "parquet", "-o", str(tmp_path / "one.parquet"))[0] == 0
    assert connect().execute(f"select one from '{tmp_path}/one.parquet'").fetchall() == [(1,)]
    assert run("query", "create table x as select 1")[0] == 2


@pytest.mark.slow
def test_a_partly_failed_load_exits_1_and_a_denied_one_0(run: Run, account: Callable[..., Account]) -> None:
    mine = account()
    mine.world.switches.change({"denied": ["/v3/callback"]})
    assert run("load", "-s", "callbacks", **at(mine))[0] == 0
    mine.world.switches.change({"denied": [], "ignore_paging": ["/v3/country"]})
    code, out, _ = run("load", "-s", "countries")
    assert (code, "ignore" in out) == (1, True)
