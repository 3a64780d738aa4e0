"""Traffic that arrives later: what the models keep from build to build is what a build from nothing makes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from scratch import ask, build_models, write_raw

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt-bandwidth")]

SEPTEMBER, OCTOBER, NOVEMBER = (int(datetime(2026, month, 1, tzinfo=UTC).timestamp()) for month in (9, 10, 11))
KEPT = ("intermediate.int_traffic_intervals__prepared", "intermediate.int_traffic_months__measured")
MARTS = ("marts.bandwidth_by_service_month", "marts.bandwidth_method_fit")
INSERT = "insert into raw_i3d.uplink_traffic ({columns}) values (?, ?, ?, ?, ?, ?)"
SELECT = ("--select", "+bandwidth_by_service_month", "+bandwidth_method_fit", "--exclude-resource-type", "unit_test", "test")


def samples(rack: str, first: int, last: int) -> list[dict[str, object]]:
    """Hourly samples, no two alike."""
    return [
        {"colocation_id": rack, "uplink_id": rack, "unit": "day", "timestamp": stamp, "ingress": stamp % 7919 * 10**6,
         "egress": stamp % 7907 * 10**6}
        for stamp in range(first, last, 3600)
    ]  # fmt: skip


def rack(key: str, billing_type: int) -> dict[str, object]:
    return {
        "id": key, "currency_id": "0", "price_per_tb_overuse": "600", "bandwidth_billing_type": billing_type,
        "bandwidth_contractual": 10, "uplinks": [{"uplinkId": key, "aggregate": False}],
    }  # fmt: skip


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    return {table: ask(path, f"select * from {table} order by all") for table in (*KEPT, *MARTS)}


def built_rows(path: Path) -> dict[tuple[object, ...], int]:
    """Where each month lies in its table: a month that is built again moves."""
    [prepared, _] = KEPT
    return {
        row[:2]: row[2] for row in ask(path, f"select service_key, month, min(rowid) from {prepared} group by all")
    }


def test_an_added_a_corrected_and_a_late_day_give_the_tables_of_a_build_from_nothing(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    clock = datetime(2026, 11, 5, tzinfo=UTC)
    gap = range(OCTOBER + 5 * 86_400, OCTOBER + 6 * 86_400)
    traffic = samples("1", SEPTEMBER, NOVEMBER) + samples("2", SEPTEMBER, NOVEMBER) + samples("3", SEPTEMBER, NOVEMBER)
    write_raw(path, {
        "load_log": [{"run_id": "a", "table_name": "colocations", "as_of": clock, "status": "loaded"}],
        "colocations": [rack("1", 2), rack("2", 3), rack("3", 3)],
        "colocations_observations": [
            {"id": key, "observed_at": datetime(2026, 10, 31, 23, 30, tzinfo=UTC), "traffic_sum_month_mbit": 17}
            for key in "123"
        ],
        "uplink_traffic": [row for row in traffic if not (row["colocation_id"] == "1" and row["timestamp"] in gap)],
    })  # fmt: skip
    build_models(path, *SELECT)
    before, places = contents(path), built_rows(path)
    with duckdb.connect(str(path)) as connection:
        late = samples("1", gap.start, gap.stop)
        added = samples("2", NOVEMBER, NOVEMBER + 86_400)
        for row in late + added:
            connection.execute(INSERT.format(columns=", ".join(row)), list(row.values()))
        connection.execute(
            "update raw_i3d.uplink_traffic set ingress = 5 * ingress where colocation_id = '2' and timestamp between ? and ?",
            [SEPTEMBER + 9 * 86_400, SEPTEMBER + 10 * 86_400],
        )
    build_models(path, *SELECT)
    after, moved = contents(path), built_rows(path)
    build_models(path, "--full-refresh", *SELECT)
    assert after == contents(path)
    assert all(after[table] != before[table] for table in KEPT)
    changed = {("colocation:1", date(2026, 10, 1)), *(("colocation:2", date(2026, month, 1)) for month in (9, 10, 11))}
    kept = [key for key in by_place(places) if key not in changed]
    assert len(kept) == 6
    assert by_place(moved)[: len(kept)] == kept


def by_place(places: dict[tuple[object, ...], int]) -> list[tuple[object, ...]]:
    return sorted(places, key=lambda key: places[key])
