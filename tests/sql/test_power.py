"""The power models beside an independent implementation, over more than a thousand meters, and what a rebuild changes."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pytest
from power_cases import MODULUS, feeds, raw_rows, valid
from power_reference import Calendar, measure, peak, percentile
from scratch import ask, build_models, write_raw

from pipelines.generate import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt power")]

ZONE = "Europe/Amsterdam"
CASES = list(feeds(1_120))
VARS = f"{{billing_timezone: {ZONE}, meter_modulus_kwh: {MODULUS}}}"
MODELS = (
    "--select", "+power_by_pdu_day", "+int_colocation_amps_by_day", "--vars", VARS,
    "--exclude-resource-type", "unit_test", "test",
)  # fmt: skip


def write_settings(folder: Path) -> Path:
    """The settings files with the declared changes of the cases."""
    shutil.copytree(ROOT / "settings", folder)
    rows = [
        f"{number},{datetime.fromtimestamp(stamp, UTC):%Y-%m-%d %H:%M:%S},{float(old)},{float(new)}"
        for number, feed in enumerate(CASES)
        for stamp, old, new in feed.events
    ]
    header = (ROOT / "settings" / "meter_events.csv").read_text().splitlines()[0]
    (folder / "meter_events.csv").write_text("\n".join([header, *rows]) + "\n")
    return folder


def build(folder: Path, name: str, *arguments: str) -> Path:
    """Builds the file of the folder, keeps a copy under this name. Another path would cost dbt another parse of the project.

    The settings are written anew: dbt writes over seeds outside its project.
    """
    shutil.rmtree(folder / "settings", ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("I3D_SETTINGS_FOLDER", str(write_settings(folder / "settings")))
        build_models(folder / "warehouse.duckdb", *MODELS, *arguments)
    return Path(shutil.copyfile(folder / "warehouse.duckdb", folder / f"{name}.duckdb"))


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("power")
    write_raw(folder / "warehouse.duckdb", raw_rows(CASES))
    return build(folder, "built")


def expected_rows() -> dict:
    """Key to values, as the reference has them."""
    calendar, rows = Calendar(ZONE), {}
    for number, feed in enumerate(map(valid, CASES)):
        for day, row in measure(feed, calendar, MODULUS).items():
            rows[str(number), day] = (
                sum(row.shares) if row.shares else None,
                Decimal(row.accepted[0]) if row.accepted else None,
                Decimal(row.accepted[-1]) if row.accepted else None,
                row.readings, row.unexplained, row.is_interpolated,
                *(row.kinds[kind] for kind in ("reset", "replaced", "jump", "glitch", "dip", "wrap", "declared")),
                peak(row.amps), percentile(row.amps),
            )  # fmt: skip
    return rows


def test_every_day_of_every_meter_is_what_the_rules_say(built):
    columns = (
        "energy_kwh, meter_start_kwh, meter_end_kwh, sample_count, unexplained_seconds, is_boundary_interpolated, reset_count, "
        "replaced_count, jump_count, glitch_count, dip_count, wrap_count, declared_count, peak_amps, p95_amps"
    )
    rows = ask(built, f"select pdu_id, day, {columns} from marts.power_by_pdu_day")
    found, expected = {(pdu, day): tuple(rest) for pdu, day, *rest in rows}, expected_rows()
    wrong = [key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)]
    assert not wrong, (len(wrong), [(key, expected.get(key), found.get(key)) for key in sorted(wrong)[:3]])
    seen = Counter(kind for row in expected.values() for kind, count in enumerate(row[6:13]) if count)
    assert min(seen[kind] for kind in range(7)) >= 20


def test_a_rack_with_one_feed_has_the_current_of_its_feed(built):
    both = (
        "from intermediate.int_colocation_amps_by_day as racks join marts.power_by_pdu_day as feeds "
        "on racks.colocation_id = feeds.colocation_id and racks.day = feeds.day"
    )
    racks, feeds = (f"({side}.peak_amps, {side}.p95_amps, {side}.peak_at)" for side in ("racks", "feeds"))
    different = f"{racks} is distinct from {feeds}"
    assert ask(built, f"select count(*) > 5000, count(*) filter (where {different}) {both}") == [(True, 0)]


def unsettle(path: Path) -> None:
    """Changes the raw samples as later loads do: days come, heal, are corrected, and go."""
    random = Random(7)
    with duckdb.connect(str(path)) as connection:
        meters = [str(number) for number in random.sample(range(len(CASES)), 400)]
        for number, meter in enumerate(meters):
            where = f"pdu_id = '{meter}' and timestamp // 86400 % 5 = {number % 5}"
            change = (
                f"delete from raw_i3d.pdu_power where {where} and timestamp % 7 = 0",
                f"update raw_i3d.pdu_power set power_meter = power_meter + {random.choice([1, -300, 5000])} where {where}",
                f"update raw_i3d.pdu_power set amps = amps + 1 where {where} and timestamp % 11 = 0",
                f"delete from raw_i3d.pdu_power where {where}",
                "insert into raw_i3d.pdu_power by name select * replace (timestamp + 86400 * 90 as timestamp) "
                f"from raw_i3d.pdu_power where {where}",
            )[number % 5]
            connection.execute(change)


def contents(path: Path) -> dict[str, list]:
    """Every table of the models: how many rows, and a number that is the same for the same rows in whatever order."""
    tables = ask(path, "select schema_name, table_name from duckdb_tables() where schema_name in ('intermediate', 'marts')")
    checksum = "select count(*), sum(hash(columns(*)::varchar)) from {}.{}"
    return {table: ask(path, checksum.format(schema, table)) for schema, table in tables}


def test_a_rebuild_after_changes_computes_only_their_days_and_equals_a_full_one(built):
    folder, warehouse = built.parent, built.parent / "warehouse.duckdb"
    summaries = "intermediate.int_pdu_days__summarised"
    unsettle(warehouse)
    shutil.copyfile(warehouse, folder / "unsettled.duckdb")
    with duckdb.connect(str(warehouse)) as connection:
        # Rows that are not computed again keep a mark that a computation would not set.
        connection.execute(f"update {summaries} set row_count = -row_count")
    rebuilt = build(folder, "rebuilt")
    [(kept, present)] = ask(rebuilt, f"select count(*) filter (where row_count < 0), count(*) from {summaries}")
    assert 0.9 * present < kept < present
    with duckdb.connect(str(rebuilt)) as connection:
        connection.execute(f"update {summaries} set row_count = abs(row_count)")
    shutil.copyfile(folder / "unsettled.duckdb", warehouse)
    full = build(folder, "full", "--full-refresh")
    assert contents(rebuilt) == contents(full)
    assert contents(rebuilt) != contents(built)
