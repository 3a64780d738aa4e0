"""What people do wrong at the command line: one sentence with the next step and the right exit code, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from pipelines import focus
from pipelines.cli import app
from pipelines.errors import I3DError, StorageError, UsageError
from pipelines.warehouse import Warehouse, reading

ROWS = "select 12345678901234.5678::decimal(18, 4) as amount, 12345678901234567::hugeint as bytes, date '2026-11-01' as day"
PIECES = ("12345678901234.5678", "12345678901234567", "2026-11-01")
Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Runs a command on a small published file: the exit code, and what it printed or the error it ended with."""
    duckdb.connect(str(tmp_path / "warehouse.duckdb")).execute(f"create table sums as {ROWS}").close()
    monkeypatch.setenv("I3D_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, words)
        if done.exception is None or isinstance(done.exception, SystemExit):
            return done.exit_code, done.output
        assert isinstance(done.exception, I3DError), repr(done.exception)
        return (2 if isinstance(done.exception, UsageError) else 1), str(done.exception)

    return run


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_query_shows_every_digit_and_days_as_days(say: Say, form: str) -> None:
    code, said = say("query", "from sums", "--format", form)
    assert code == 0
    assert all(piece in said for piece in PIECES)
    assert "00:00" not in said
    assert not {"nan", "NaT"} & set(say("query", "select null::date as day, null as amount")[1].split())


def test_files_keep_types_and_tell_their_format_by_their_name(say: Say, tmp_path: Path) -> None:
    for name in ("out/sums.parquet", "out/sums.csv", "out/sums.json"):
        assert say("query", "from sums", "--out", str(tmp_path / name)) == (0, "")
    kept = parquet.read_table(tmp_path / "out" / "sums.parquet")
    assert [str(kind) for kind in kept.schema.types] == ["decimal128(18, 4)", "decimal128(38, 0)", "date32[day]"]
    assert kept["amount"].to_pylist() == [Decimal(PIECES[0])]
    assert (tmp_path / "out" / "sums.csv").read_text() == "amount,bytes,day\n" + ",".join(PIECES) + "\n"
    assert json.loads((tmp_path / "out" / "sums.json").read_text())[0]["bytes"] == int(PIECES[1])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["query", ""], 2, "`i3d query` alone lists"),
        (["query", "from sumz"], 2, 'Did you mean "sums"?'),
        (["query", "selct 1"], 2, 'near "selct". `i3d query'),
        (["query", "select 1", "-f", "table", "-o", "x"], 2, "A table is for the screen."),
        (["query", "select 1", "-o", "x.txt"], 2, "There is no format 'txt'."),
        (["query", "from sums", "-f", "csv", "-o", "/proc/none/x"], 1, "/proc/none/x cannot be written"),
        (["query", "from sums", "-f", "parquet", "-o", "/tmp"], 1, "/tmp cannot be written"),
        (["load", "-s", "pdu_power", "--from", "0001-01-01", "--until", "0001-01-03"], 2, "holds nothing: now is"),
        (["load", "-s", "pdu_power", "--from", "2999-01-01", "--until", "2999-01-03"], 2, "holds nothing: now is"),
        (["load", "--as-of", "9999-12-31"], 2, "I3D_AS_OF: must lie between 2000 and 2199."),
        (["operations", "--kind", "writes"], 2, "'loaded', 'on_demand', 'write'"),
        (["simulate", "--port", "99999"], 2, "65535"),
        (["write", "log"], 1, "put its backup back"),
    ],
)
def test_misuse_is_told_in_one_sentence(say: Say, tmp_path: Path, words: list[str], code: int, said: str) -> None:
    (tmp_path / "ops.sqlite").write_bytes(b"no database" * 500)
    found = say(*words)
    assert found[0] == code
    assert said in found[1]


def test_a_damaged_file_is_told_with_what_repairs_it_and_nobody_is_told_to_delete_history(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.private.parent.mkdir()
    for path in (warehouse.published, warehouse.private):
        path.write_bytes(b"no database" * 2000)
    with pytest.raises(StorageError, match="`i3d build` writes it again"), reading(warehouse.published):
        pytest.fail("opened")
    with pytest.raises(StorageError, match="put a copy of the published file in its place"), warehouse.connect():
        pytest.fail("opened")


def test_an_export_that_cannot_write_says_so(tmp_path: Path) -> None:
    with duckdb.connect() as connection, pytest.raises(StorageError, match="cannot be written"):
        focus._copy(connection, "select 1", "format csv", tmp_path / "none" / "x.csv")


def test_a_file_of_settings_that_is_no_text_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes(b"I3D_API_TOKEN=\xff\xfe\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["query", "select 1"])
    assert isinstance(done.exception, UsageError)
    assert ".env.example" in str(done.exception)
