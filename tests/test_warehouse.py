"""The files of a warehouse: one writer, readers that nothing disturbs, one-step publishing, nobody else's eyes."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from pipelines.errors import I3DError, LockedWarehouseError, StorageError, UsageError
from pipelines.keys import pseudonym_key
from pipelines.settings import read_settings
from pipelines.warehouse import Warehouse, reading

ROOT = Path(__file__).resolve().parent.parent
START = """
import os, sys
from pathlib import Path
from pipelines.keys import pseudonym_key
from pipelines.warehouse import Warehouse, reading
from pipelines.settings import read_settings
from pipelines.errors import I3DError
warehouse = Warehouse(Path(sys.argv[1]), lock_wait_seconds=0.1)
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """A new one that waits for nobody; the process keeps its umask."""
    before = os.umask(0o022)
    yield Warehouse(tmp_path / "data" / "warehouse.duckdb", lock_wait_seconds=0.1)
    os.umask(before)


def publish(warehouse: Warehouse, *numbers: int) -> None:
    with warehouse.writing():
        with warehouse.connect() as connection:
            connection.execute("create or replace table numbers (n integer)")
            connection.executemany("insert into numbers values (?)", [[number] for number in numbers])
        warehouse.publish()


def numbers(connection: duckdb.DuckDBPyConnection) -> list[int]:
    return [row[0] for row in connection.execute("select n from numbers order by n").fetchall()]


def published(warehouse: Warehouse) -> list[int]:
    with reading(warehouse.published) as connection:
        return numbers(connection)


def command(warehouse: Warehouse, code: str) -> list[str]:
    return [sys.executable, "-c", START + code, str(warehouse.published)]


def run(warehouse: Warehouse, code: str) -> subprocess.CompletedProcess[str]:
    """Runs code in another process, to its end."""
    return subprocess.run(command(warehouse, code), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def running(warehouse: Warehouse, code: str) -> Iterator[None]:
    """Runs code in another process that stays where it has got to when it prints, until the block ends."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command(warehouse, code), cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout and process.stdout.readline() == "ready\n"  # noqa: PT018
        yield
        process.communicate("done\n", timeout=60)


HOLD = "\n    print('ready', flush=True)\n    input()\n"
SHOW = """
with reading(warehouse.published) as connection:
    print(connection.execute("select n, current_setting('TimeZone') from numbers").fetchall())
"""


def test_a_publication_is_what_the_writer_wrote(warehouse: Warehouse) -> None:
    publish(warehouse, 1, 2)
    assert published(warehouse) == [1, 2]
    publish(warehouse, 3)
    assert published(warehouse) == [3]
    assert [path.name for path in warehouse.folder.iterdir() if path.is_file()] == ["warehouse.duckdb"]


def test_a_reader_keeps_what_it_has_open(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    publish(warehouse, 1)
    with reading(warehouse.published) as early:
        publish(warehouse, 2)
        assert numbers(early) == [1]
        assert run(warehouse, SHOW).stdout == "[(2, 'UTC')]\n"
    assert published(warehouse) == [2]


def test_a_reader_in_another_process_holds_up_nobody(warehouse: Warehouse) -> None:
    publish(warehouse, 1)
    with running(warehouse, "with reading(warehouse.published) as connection:" + HOLD):
        publish(warehouse, 2)
        assert published(warehouse) == [2]


def test_a_copy_that_fails_leaves_the_published_file_alone(warehouse: Warehouse) -> None:
    publish(warehouse, 1)
    code = """
import resource
with warehouse.writing():
    with warehouse.connect() as connection:
        connection.execute("insert into numbers select range from range(300000)")
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        warehouse.publish()
    except I3DError as error:
        print(type(error).__name__)
"""
    assert run(warehouse, code).stdout == "StorageError\n"
    assert published(warehouse) == [1]
    assert [path.name for path in warehouse.folder.iterdir() if path.is_file()] == ["warehouse.duckdb"]


def test_a_writer_that_dies_leaves_the_published_file_and_no_lock(warehouse: Warehouse) -> None:
    publish(warehouse, 1)
    code = """
with warehouse.writing(), warehouse.connect() as connection:
    connection.execute("insert into numbers values (2)")
    connection.execute("begin")
    connection.execute("insert into numbers values (3)")
    os.kill(os.getpid(), 9)
"""
    assert run(warehouse, code).returncode == -9
    assert published(warehouse) == [1]
    warehouse.publish()
    assert published(warehouse) == [1, 2]


def test_a_second_writer_is_told_in_one_sentence(warehouse: Warehouse) -> None:
    with running(warehouse, "with warehouse.writing():" + HOLD):
        with pytest.raises(LockedWarehouseError) as caught, warehouse.writing():
            pytest.fail("two writers")
        assert re.fullmatch(r"Another load or build holds [^\n]+private\.", caught.value.message)
    with warehouse.writing(), pytest.raises(LockedWarehouseError), warehouse.writing():
        pytest.fail("two writers in one process")


def test_an_open_private_file_is_told_in_one_sentence(warehouse: Warehouse) -> None:
    publish(warehouse, 1)
    with running(warehouse, "with warehouse.connect():" + HOLD):
        for attempt in (warehouse.connect, warehouse.session):
            with pytest.raises(LockedWarehouseError) as caught, attempt():
                pytest.fail("opened twice")
            assert re.fullmatch(r"Another process has [^\n]+ open\.", caught.value.message)
        with pytest.raises(LockedWarehouseError):
            warehouse.publish()


@pytest.mark.parametrize("name", ["data", "lock"])
def test_a_damaged_file_is_not_taken_for_a_held_one(tmp_path: Path, name: str) -> None:
    broken = tmp_path / name / "warehouse.duckdb"
    broken.parent.mkdir()
    broken.write_bytes(b"no database" * 2000)
    with pytest.raises(StorageError, match="cannot be opened"), reading(broken):
        pytest.fail("opened")


def test_without_a_warehouse_a_reader_is_told_what_to_do(warehouse: Warehouse) -> None:
    with pytest.raises(UsageError, match=r"There is no warehouse at .*i3d demo"), reading(warehouse.published):
        pytest.fail("opened")
    assert not warehouse.folder.exists()


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(I3DError), Warehouse(tmp_path / "file" / "warehouse.duckdb").writing():
        pytest.fail("written")


@pytest.mark.parametrize(
    "sql",
    [
        "insert into numbers values (9)", "drop table numbers", "create table other (n integer)", "update numbers set n = 2",
        "attach '{folder}/other.duckdb'", "attach '{folder}/private/warehouse.duckdb' as private", "attach ':memory:' as m",
        "select * from read_csv('{folder}/secret.csv')", "select * from '{folder}/secret.csv'",
        "select * from read_text('{folder}/secret.csv')", "select * from glob('{folder}/*')",
        "copy numbers to '{folder}/out.csv'", "export database '{folder}/out'", "copy (select 1) to '{folder}/o.parquet'",
        "install httpfs", "load httpfs", "select * from read_csv('https://example.net/x.csv')",
        "set enable_external_access = true", "set lock_configuration = false", "reset enable_external_access",
        "set autoinstall_known_extensions = true", "set memory_limit = '64GB'", "create persistent secret s (type s3)",
    ],
)  # fmt: skip
def test_a_reader_can_only_read(warehouse: Warehouse, sql: str) -> None:
    publish(warehouse, 1)
    (warehouse.folder / "secret.csv").write_text("secret\n1\n")
    before = sorted(warehouse.folder.rglob("*"))
    with reading(warehouse.published) as connection:
        with pytest.raises(duckdb.Error):
            connection.execute(sql.format(folder=warehouse.folder)).fetchall()
        assert numbers(connection) == [1]
    assert sorted(warehouse.folder.rglob("*")) == before


def test_nobody_else_can_look_into_the_files(warehouse: Warehouse) -> None:
    code = """
os.umask(0o022)
with warehouse.writing():
    with warehouse.connect() as connection:
        connection.execute("create table numbers as select 1 as n")
    pseudonym_key(read_settings(), warehouse)
    warehouse.publish()
"""
    assert run(warehouse, code).stderr == ""
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in (warehouse.folder, *warehouse.folder.rglob("*"))}
    assert {warehouse.published, warehouse.private, warehouse.folder / "pseudonym.key"} <= found.keys()
    assert {path: mode for path, mode in found.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}


def test_the_key_of_the_hashes_is_made_once_and_kept(warehouse: Warehouse) -> None:
    settings = read_settings()
    first = pseudonym_key(settings, warehouse) or b""
    assert len(first) == 64
    assert pseudonym_key(settings, warehouse) == first
    assert pseudonym_key(settings, Warehouse(warehouse.folder / "other" / "w.duckdb")) != first


def test_a_given_key_is_used_and_not_written(warehouse: Warehouse) -> None:
    assert pseudonym_key(read_settings(pseudonym_key=SecretStr("mine")), warehouse) == b"mine"
    assert pseudonym_key(read_settings(personal_data="plain"), warehouse) is None
    assert not warehouse.folder.exists()


def test_an_empty_key_is_no_key(warehouse: Warehouse) -> None:
    warehouse.folder.mkdir()
    (warehouse.folder / "pseudonym.key").write_text("\n")
    with pytest.raises(StorageError, match="is empty"):
        pseudonym_key(read_settings(), warehouse)


def test_a_session_answers_many_and_knows_no_missing_table(warehouse: Warehouse) -> None:
    publish(warehouse, 1, 2)
    with warehouse.session() as rows:
        assert rows("select n from numbers where n > ?", [1]) == [{"n": 2}]
        assert rows("select * from nowhere") == []
