"""The power models beside an independent implementation, over more than a thousand meters, and what a rebuild changes."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from power_cases import MODULUS, feeds, raw_rows, valid
from power_reference import Calendar, measure, peak, percentile
from scratch import ask, build_models, write_raw

from pipelines.generate import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt")]

ZONE = "Europe/Amsterdam"
CASES = list(feeds(1_120))
VARS = f"{{billing_timezone: {ZONE}, meter_modulus_kwh: {MODULUS}}}"
MODELS = ("--select", "+power_by_pdu_day", "--exclude-resource-type", "unit_test")


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


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("power")
    path = folder / "warehouse.duckdb"
    write_raw(path, raw_rows(CASES))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("I3D_SETTINGS_FOLDER", str(write_settings(folder / "settings")))
        build_models(path, *MODELS, "--vars", VARS)
    return path


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
    found = {(pdu, day): tuple(rest) for pdu, day, *rest in ask(built, f"select pdu_id, day, {columns} from marts.power_by_pdu_day")}
    expected = expected_rows()
    wrong = {key: (expected.get(key), found.get(key)) for key in expected.keys() | found.keys() if expected.get(key) != found.get(key)}
    assert not wrong, (len(wrong), dict(list(wrong.items())[:3]))
    seen = Counter(kind for row in expected.values() for kind, count in enumerate(row[6:13]) if count)
    assert min(seen[kind] for kind in range(7)) >= 20
