"""What a daily load costs with one month in the warehouse and with twelve. The year is made of the month, in SQL."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

import duckdb
from contestants import Job, measure
from server import DAY, served

from pipelines.screen import show_rows

MONTH, MORE, REPEATS, LONG = 30, 11, 3, 31


def show_history(entities: int) -> None:
    """A table: seconds of a daily load by months of history, publishing (a copy of the file) apart."""
    lines, seconds = [], []
    with served(entities, MONTH + 1) as url, tempfile.TemporaryDirectory() as folder:
        month, year = Path(folder) / "month", Path(folder) / "year"
        for path in (month, year):
            path.mkdir()
        measure(Job("ours", url, entities, MONTH, LONG, str(month)))
        shutil.copytree(month, year, dirs_exist_ok=True)
        age(next((year / "private").glob("*.duckdb")))
        for path in (month, year):
            times = [daily(url, entities, path) for _ in range(REPEATS)]
            seconds.append(statistics.median(wall for wall, _, _ in times))
            cpu = statistics.median(one for _, one, _ in times)
            lines.append((path.name, times[0][2], f"{seconds[-1]:.2f}", f"{cpu:.2f}", f"{copying(path):.2f}"))
    columns = ["history", "rows before", "seconds", "CPU s", "publishing"]
    show_rows(columns, lines, f"A daily load: {seconds[1] / seconds[0]:.2f} times as long in a year as in a month")


def daily(url: str, entities: int, warehouse: Path) -> tuple[float, float, int]:
    """Wall and processor seconds of a day's load into a copy, and the rows it found there."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(warehouse, folder, dirs_exist_ok=True)
        with duckdb.connect(str(next((Path(folder) / "private").glob("*.duckdb")))) as connection:
            rows = sum(count(connection, table) for table in ("pdu_power", "uplink_traffic"))
        done = measure(Job("ours", url, entities, MONTH + 1, LONG, folder))
    return done.seconds, done.cpu, rows


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """The rows of a raw table."""
    return int((connection.execute(f"select count(*) from raw_i3d.{table}").fetchone() or (0,))[0])  # noqa: S608


def age(path: Path) -> None:
    """Puts eleven months before the one that is there: the same samples and the same ledger, all final, earlier."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table in ("pdu_power", "uplink_traffic", "load_windows"):
            connection.execute(f"create temp table fresh as from raw_i3d.{table}")
            connection.execute(f"delete from raw_i3d.{table}")  # noqa: S608
            stamps = "timestamp - {0} as timestamp, window_start - to_seconds({0}) as window_start"
            days = "day - {0} // 86400 as day, 'final' as state"
            for back in range(MORE, -1, -1):
                moved = (days if table == "load_windows" else stamps).format(back * MONTH * DAY)
                replaced = f"select * replace ({moved}) from fresh" if back else "from fresh"  # noqa: S608
                connection.execute(f"insert into raw_i3d.{table} {replaced}")
            connection.execute("drop table fresh")


def copying(warehouse: Path) -> float:
    """Seconds to copy the private file, which is what publishing does."""
    begun = time.perf_counter()
    shutil.copyfile(next((warehouse / "private").glob("*.duckdb")), warehouse / "copy")
    return time.perf_counter() - begun
