"""Reads for people: ready-made queries, files, frames; and a load under way, which no reader feels."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from audit import Demo
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.errors import UsageError
from pipelines.query import choose_query, read, ready_made, run_query
from pipelines.warehouse import Warehouse

QUIET = {"idle_but_billed", "writes_to_settle"}  # the demo observes once a month, and writes nothing


@pytest.fixture
def inside(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """The demo as the warehouse of the settings."""
    monkeypatch.setenv("I3D_WAREHOUSE", str(demo.warehouse))
    return demo


@pytest.mark.parametrize("query", ready_made(), ids=lambda query: query.name)
def test_a_ready_made_query_answers_its_question(demo: Demo, query) -> None:
    assert query.sql.startswith(f"-- asks: {query.asks}\n")
    assert "?" in query.asks
    rows = run_query(Warehouse(demo.warehouse), query.sql)
    assert rows.empty == (query.name in QUIET), query.name


def test_the_page_of_queries_lists_them_all() -> None:
    page = (Path(__file__).parent.parent / "docs" / "query.md").read_text(encoding="utf-8")
    assert [f"| `@{one.name}` | {one.asks} |" for one in ready_made() if f"| `@{one.name}` | {one.asks} |" not in page] == []


def test_query_lists_what_it_knows_and_runs_it_by_name_or_file(inside: Demo, tmp_path: Path) -> None:
    runner = CliRunner()
    listed = runner.invoke(app, ["query"], env={"COLUMNS": "200"}).stdout
    assert all(f"@{one.name}" in listed for one in ready_made())
    named = json.loads(runner.invoke(app, ["query", "@freshness", "-f", "json"]).stdout)
    assert {row["table_name"] for row in named} >= {"invoices", "pdu_power"}
    file = tmp_path / "mine.sql"
    file.write_text("select 42 as answer")
    assert json.loads(runner.invoke(app, ["query", "--file", str(file), "-f", "json"]).stdout) == [{"answer": 42}]


@pytest.mark.parametrize(
    ("words", "file", "said"),
    [
        ("@freshnes", None, "Did you mean freshness"),
        ("select 1", "mine.sql", "Give one of them"),
        (None, "none.sql", "cannot be read"),
    ],
)
def test_a_query_that_is_none_is_told_in_one_sentence(words: str | None, file: str | None, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        choose_query(words, tmp_path / file if file else None)


def test_a_frame_is_read_from_a_folder_below_and_the_file_is_let_go(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "there.duckdb").symlink_to(demo.warehouse)
    (tmp_path / ".env").write_text("I3D_WAREHOUSE=there.duckdb\n")
    monkeypatch.chdir(tmp_path / "notebooks")
    frame = read("select service_key, monthly_price, starts_on from marts.services order by all")
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) > 20
    assert frame.monthly_price.dtype == "float64"
    assert read("@freshness").equals(read(choose_query("@freshness", None)))
    with pytest.raises(UsageError, match="DuckDB"):
        read("drop table marts.services")


def test_a_reader_sees_the_last_build_while_the_next_one_is_half_done(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    with warehouse.writing(), warehouse.connect() as connection:
        connection.execute("create table cost as select 1 as amount")
    with warehouse.writing():
        warehouse.publish()
    with warehouse.writing(), warehouse.connect() as connection:
        connection.execute("create or replace table cost as select 2 as amount")
        connection.execute("create table half_done as select 1")
        assert run_query(warehouse, "from cost").amount.tolist() == [1]
        with pytest.raises(UsageError, match="half_done"):
            run_query(warehouse, "from half_done")
        connection.execute("insert into cost values (3)")  # the reader is gone, and never was in the way
    assert run_query(warehouse, "from cost").amount.tolist() == [1]
