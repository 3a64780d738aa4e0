"""Telemetry over real HTTP into a real file: complete, healed after late samples, unharmed by a kill at any point."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Account, fate

from pipelines.errors import LockedWarehouseError
from pipelines.i3d.windows import midnight

pytestmark = pytest.mark.slow
Make = Callable[..., Account]
DAYS = 5
SERIES = ("pdu_power", "uplink_traffic", "cross_connect_traffic", "colocation_network", "colocation_power_usage")
# Where the process dies: before, between and after the steps of dlt and of the ledger.
FAILPOINTS = {
    "after fetch": "pipelines.i3d.store.Store.keep_batches",
    "before extract": "dlt.Pipeline.extract",
    "before normalize": "dlt.Pipeline.normalize",
    "before load": "dlt.Pipeline.load",
    "before the package is complete": "dlt.load.load.Load.complete_package",
    "samples in, ledger not": "pipelines.i3d.store._note",
    "ledger written, not committed": "pipelines.i3d.store._set_aside",
}
CHILD = """
import os, sys
from pydoc import locate
owner, _, name = sys.argv[1].rpartition(".")
setattr(locate(owner), name, lambda *given, **named: os._exit(137))
sys.argv = ["i3d", "load", "-s", "pdu_power", "-s", "uplink_traffic"]
from pipelines.cli import main
main()
"""


def expected(account: Account, operation: str, days: int = DAYS) -> int:
    """How many samples a series of the simulator has since the start of the history, by asking the world itself."""
    now = account.world.clock.now()
    since = midnight(now) - timedelta(days=days)
    steps = int((now - since).total_seconds() // 300)
    entities = {"pdu_power": len(account.world.rows("pdus"))}[operation]
    return entities * steps


def environment(account: Account, **more: str) -> dict[str, str]:
    return os.environ | {
        "I3D_BASE_URL": account.settings.base_url, "I3D_API_TOKEN": account.world.token,
        "I3D_WAREHOUSE": str(account.settings.warehouse), "I3D_AS_OF": account.world.clock.now().isoformat(),
        "I3D_HISTORY_DAYS": str(DAYS), **more,
    }  # fmt: skip


def contents(account: Account, table: str) -> list[Any]:
    return account.query(f"select * exclude (window_start), epoch(window_start) from raw_i3d.{table} order by all")


def test_every_sample_of_the_history_lands_once_and_a_second_load_asks_only_what_is_open(account: Make) -> None:
    mine = account(history_days=DAYS, window_days=1)
    report = mine.load(*SERIES)
    assert [row for row in report.tables if row["status"] != "loaded"] == []
    assert fate(report, "pdu_power")["row_count"] == expected(mine, "pdu_power")
    before = {table: contents(mine, table) for table in SERIES}
    again = mine.load(*SERIES)
    assert {table: contents(mine, table) for table in SERIES} == before
    assert fate(again, "pdu_power")["requests"] == 4 * len(mine.world.rows("pdus"))
    assert fate(report, "pdu_power")["requests"] == (DAYS + 1) * len(mine.world.rows("pdus"))


def test_samples_are_what_the_api_sent(account: Make) -> None:
    mine = account()
    mine.load("uplink_traffic", "pdu_power")
    since = midnight(mine.world.clock.now()).timestamp()
    sent = [row for row in mine.world.rows("uplink_traffic") if row["timestamp"] >= since]
    ids = ("@colocationId", "@upLinkId", "unit")
    numbers = ("timestamp", "ingress", "egress", "sum")
    wanted = sorted((*(str(row[name]) for name in ids), *(int(row[name]) for name in numbers)) for row in sent)
    columns = "colocation_id, uplink_id, unit, timestamp, ingress, egress, sum"
    assert mine.query(f"select {columns} from raw_i3d.uplink_traffic order by all") == wanted


def test_one_series_loads_alone_into_an_empty_warehouse(account: Make) -> None:
    mine = account()
    report = mine.load("pdu_power")
    assert [row["table_name"] for row in report.tables] == ["pdu_power"]
    assert fate(report, "pdu_power")["row_count"] == expected(mine, "pdu_power", 0)
    assert mine.query("select count(*) from raw_i3d.colocations") == [(0,)]


def test_late_samples_are_picked_up_by_a_later_load(account: Make) -> None:
    mine = account(history_days=2)
    mine.world.switches.change({"late_seconds": 7200})
    mine.load("pdu_power")
    early = mine.query("select count(*) from raw_i3d.pdu_power")[0][0]
    mine.world.switches.change({"late_seconds": 0})
    mine.load("pdu_power")
    assert early < mine.query("select count(*) from raw_i3d.pdu_power")[0][0] == expected(mine, "pdu_power", 2)


def test_a_window_the_api_finds_too_long_is_halved(account: Make) -> None:
    mine = account(history_days=6, window_days=6)
    mine.world.switches.change({"window_max_days": 2})
    report = mine.load("pdu_power")
    assert fate(report, "pdu_power")["status"] == "loaded"
    assert fate(report, "pdu_power")["row_count"] == expected(mine, "pdu_power", 6)


@pytest.mark.parametrize("wiped", [False, True], ids=["folder kept", "folder gone"])
@pytest.mark.parametrize("point", FAILPOINTS)
def test_a_kill_at_any_point_loses_and_doubles_nothing(account: Make, point: str, *, wiped: bool) -> None:
    mine = account(history_days=DAYS)
    mine.load("pdu_power", "uplink_traffic")
    mine.world.clock.advance(timedelta(days=1))
    died = subprocess.run([sys.executable, "-c", CHILD, FAILPOINTS[point]], env=environment(mine), check=False)
    assert died.returncode == 137
    if wiped:
        shutil.rmtree(mine.warehouse.dlt)
    report = mine.load("pdu_power", "uplink_traffic")
    assert [row for row in report.tables if row["status"] != "loaded"] == []
    assert fate(report, "pdu_power")["row_count"] == expected(mine, "pdu_power", DAYS + 1)
    for table, key in (("pdu_power", "pdu_id, timestamp"), ("uplink_traffic", "colocation_id, uplink_id, unit, timestamp")):
        assert mine.query(f"select {key} from raw_i3d.{table} group by all having count(*) > 1") == []


@pytest.mark.parametrize("point", ["before the package is complete", "samples in, ledger not", "ledger written, not committed"])
def test_a_first_load_that_was_killed_behind_its_samples_doubles_none_of_them(account: Make, point: str) -> None:
    """Days that are new are appended; after the kill the table has them and the ledger does not."""
    mine = account(history_days=DAYS)
    died = subprocess.run([sys.executable, "-c", CHILD, FAILPOINTS[point]], env=environment(mine), check=False)
    assert died.returncode == 137
    left = mine.query("select count(*) from raw_i3d.pdu_power")[0][0]
    assert left == expected(mine, "pdu_power")
    assert mine.query("select count(*) from raw_i3d.load_windows") == [(0,)]
    report = mine.load("pdu_power", "uplink_traffic")
    assert fate(report, "pdu_power")["row_count"] == expected(mine, "pdu_power")
    assert mine.query("select 1 from raw_i3d.pdu_power group by pdu_id, timestamp having count(*) > 1") == []


def test_how_long_windows_may_be_is_remembered(account: Make) -> None:
    mine = account(history_days=12)
    mine.world.switches.change({"window_max_days": 4})
    first = mine.load("pdu_power")
    assert fate(first, "pdu_power")["row_count"] == expected(mine, "pdu_power", 12)
    [(proved, refused)] = mine.query("select proved_days, refused_days from raw_i3d.load_lengths")
    assert 1 <= proved <= 5 < refused <= 8
    again = mine.load("pdu_power")
    assert fate(again, "pdu_power")["requests"] < fate(first, "pdu_power")["requests"] / 2


def test_the_result_is_the_same_in_every_time_zone_of_the_machine(account: Make, tmp_path: Path) -> None:
    mine = account()
    found = []
    for zone in ("UTC", "Europe/Amsterdam", "Asia/Kathmandu"):
        mine.settings = mine.settings.model_copy(update={"warehouse": tmp_path / zone / "warehouse.duckdb"})
        mine.warehouse = type(mine.warehouse).of(mine.settings)
        command = [sys.executable, "-m", "pipelines", "load", "-s", "pdu_power", "-s", "flexmetal_usage"]
        subprocess.run(command, env=environment(mine, TZ=zone, I3D_HISTORY_DAYS="2"), check=True, capture_output=True)
        ledger = mine.query("select entity, day, row_count, digest, state from raw_i3d.load_windows order by all")
        found.append((contents(mine, "pdu_power"), ledger))
    assert found[0] == found[1] == found[2]
    assert found[0][1] != []


def test_of_two_loads_at_once_the_second_is_refused_in_one_sentence(account: Make) -> None:
    mine = account(lock_wait_seconds=0.2)
    with mine.warehouse.writing(), pytest.raises(LockedWarehouseError, match="Another load or build"):
        mine.load("pdu_power")

