"""Bandwidth against an independent calculation over generated accounts, and what changed against everything built anew."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
import pytest
from bandwidth_oracle import DAY, METHODS, Rules, Sample, Service, months
from scratch import ask, build_models, write_raw

from pipelines.generate import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt bandwidth")]

CLOCK = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
MODELS = ("--select", "+bandwidth_method_fit", "--exclude-resource-type", "unit_test")
COLUMNS = {
    "count": "sample_count", "expected": "expected_sample_count", "coverage": "coverage_pct", "used": "used_mbit",
    "low": "used_mbit_low", "high": "used_mbit_high", "used_gb": "used_gb", "amount": "overuse_amount",
    "overuse": "coalesce(overuse_gb, overuse_mbit)", "burst": "burst_minutes_left",
} | {name: f"{name}_mbit" for name in METHODS}  # fmt: skip
STEPS = (3600, 3600, 7200, 10800, 14400, 21600)
ACCOUNTS = {
    "utc": (1, Rules(clock=int(CLOCK.timestamp())), "{}"),
    "amsterdam": (
        2,
        Rules("Europe/Amsterdam", "start", "zero", "rate", int(CLOCK.timestamp())),
        "{billing_timezone: Europe/Amsterdam, traffic_stamp: start, missing_samples: zero, traffic_semantics: rate}",
    ),
}


def service(random: Random) -> Service:
    """A contract of any kind, with terms of its own or without."""
    aggregate = random.random() < 0.3
    names = [str(random.randrange(10**6)) for _ in range(random.choice((1, 1, 2, 3)))]
    billing = random.choice((1, 2, 2, 3, 3, 3))
    spring = random.random() < 0.4
    return Service(
        uplinks={name: aggregate and position == 0 for position, name in enumerate(names)},
        billing=billing,
        commit=random.choice((None, 0, random.randrange(20, 9000))) if random.random() < 0.3 else random.randrange(20, 900),
        price_per_tb=random.choice((None, Decimal("6.000000"), Decimal("0.123400"))),
        free_ingress=random.random() < 0.3,
        starts=random.choice((None, date(2025, 1, 1), date(2026, 3 if spring else 10, random.randrange(1, 28)))),
        cancelled=date(2026, 5, random.choice((1, 1, 9))) if spring else random.choice((None, None, date(2026, 11, 12))),
        method=random.choice((None, None, *METHODS)),
        rounding=random.choice(("exact", "ceil_gb", "ceil_tb")),
        price_per_mbit=random.choice((None, Decimal("1.250000"), Decimal("0.333333"))),
        link=random.choice((None, 1000, 400)),
        decimals=random.choice((0, 2)),
    )


def samples(random: Random, one: Service, step: int) -> list[Sample]:
    """Some weeks of every port around the turn of a month, with gaps, negatives, doubles and jitter."""
    spring = one.cancelled is not None and one.cancelled.month == 5
    day, before = random.choice((1, 1, 2, 15)), random.choice((0, 3, 30))
    begin = datetime(2026, 3 if spring else 10, day, tzinfo=UTC) - timedelta(hours=before)
    start, days = int(begin.timestamp()), random.choice((3, 33, 45))
    late, scale = random.choice((0, 0, 7)), random.choice((10**6, 40 * 10**6)) * step // 300
    lacking = random.choice((0.0, 0.0, 0.01, 0.04, 0.3))
    found = []
    for uplink in one.uplinks:
        for stamp in range(start, min(start + days * DAY, int(CLOCK.timestamp())), step):
            if random.random() < lacking:
                continue
            ingress, egress = random.randrange(scale * 300), random.randrange(scale * 900)
            odd = random.random()
            if odd < 0.002:
                ingress = random.choice((-1, None))
            elif odd < 0.004:
                egress *= 40
            found.append(Sample(uplink, stamp + late, ingress, egress))
            if odd > 0.998:
                found.append(Sample(uplink, stamp + late, random.randrange(scale * 300), egress, loaded=1))
    return found or [Sample(next(iter(one.uplinks)), start, 1, 1)]


def account(seed: int, count: int) -> dict[str, tuple[Service, list[Sample]]]:
    """Racks by id; the first three have five-minute samples."""
    random = Random(seed)
    racks = {}
    for number in range(count):
        one = service(random)
        racks[str(1000 + number)] = (one, samples(random, one, 300 if number < 3 else random.choice(STEPS)))
    return racks


def traffic(racks: dict[str, tuple[Service, list[Sample]]]) -> pa.Table:
    """The rows of the raw table; the later of two of one stamp comes with another unit and window."""
    rows = [(rack, sample) for rack, (_, found) in racks.items() for sample in found]
    column = "window_start"
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    return pa.table({
        "colocation_id": [rack for rack, _ in rows],
        "uplink_id": [sample.uplink for _, sample in rows],
        "unit": ["hour" if sample.loaded else "day" for _, sample in rows],
        "timestamp": pa.array([sample.stamp for _, sample in rows], pa.int64()),
        "ingress": pa.array([sample.ingress for _, sample in rows], pa.int64()),
        "egress": pa.array([sample.egress for _, sample in rows], pa.int64()),
        column: [begin + timedelta(days=sample.loaded) for _, sample in rows],
    })  # fmt: skip


def contract(rack: str, one: Service) -> dict[str, object]:
    """The row of the list of racks, with prices in cents."""
    price = None if one.price_per_tb is None else str(one.price_per_tb * (100 if one.decimals else 1))
    return {
        "id": rack, "currency_id": "0" if one.decimals else "9", "price_per_tb_overuse": price,
        "bandwidth_billing_type": one.billing,
        "bandwidth_contractual": one.commit, "unlimited_ingress": int(one.free_ingress), "is_deleted": False,
        "date_start": one.starts and one.starts.isoformat(), "date_cancelled": one.cancelled and one.cancelled.isoformat(),
        "uplinks": [{"uplinkId": int(name), "aggregate": aggregate} for name, aggregate in one.uplinks.items()],
    }  # fmt: skip


def settings_folder(folder: Path, racks: dict[str, tuple[Service, list[Sample]]]) -> Path:
    shutil.copytree(ROOT / "settings", folder)
    with (folder / "contract_terms.csv").open("a", newline="", encoding="utf-8") as file:
        for rack, (one, _) in racks.items():
            method, mbit, link = one.method or "", one.price_per_mbit or "", one.link or ""
            csv.writer(file).writerow([f"colocation:{rack}", mbit, link, method, one.rounding, "", ""])
    return folder


@pytest.fixture(scope="module", params=list(ACCOUNTS))
def built(request, tmp_path_factory):
    seed, rules, choices = ACCOUNTS[request.param]
    racks = account(seed, 270)
    folder = tmp_path_factory.mktemp(request.param)
    path = folder / "warehouse.duckdb"
    write_raw(path, {
        "load_log": [{"run_id": "a", "table_name": "colocations", "as_of": CLOCK, "status": "loaded", "finished_at": CLOCK}],
        "currencies": [{"id": "0", "name": "Euro", "decimals": 2}, {"id": "9", "name": "YEN", "decimals": 0}],
        "colocations": [contract(rack, one) for rack, (one, _) in racks.items()],
        "uplink_traffic": traffic(racks),
    })  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("I3D_SETTINGS_FOLDER", str(settings_folder(folder / "settings", racks)))
        build_models(path, *MODELS, "--vars", choices)
        yield path, racks, rules


def exact(value: object) -> object:
    return Fraction(value) if isinstance(value, (int, Decimal)) else value


def test_every_figure_equals_the_independent_calculation(built):
    path, racks, rules = built
    names = ", ".join(COLUMNS.values())
    found = {
        (key, month): dict(zip(COLUMNS, map(exact, values), strict=True))
        for key, month, *values in ask(path, f"select service_key, month, {names} from marts.bandwidth_by_service_month")
    }
    expected = {
        (f"colocation:{rack}", month): {name: exact(value) for name, value in (one.row() | {"burst": one.burst()}).items()}
        for rack, (contract_terms, rows) in racks.items()
        for month, one in months(contract_terms, rows, rules).items()
    }
    assert len(expected) > 500
    assert found.keys() == expected.keys()
    wrong = {
        key: {name: (str(found[key][name]), str(value)) for name, value in row.items() if found[key][name] != value}
        for key, row in expected.items()
        if found[key] != row
    }
    assert not wrong, f"{len(wrong)} of {len(expected)}: {dict(list(wrong.items())[:5])}"


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a build leaves, in one order."""
    names = ("marts.bandwidth_by_service_month", "marts.bandwidth_method_fit", "intermediate.int_traffic_windows__measured")
    return {name: ask(path, f"select * from {name} order by all") for name in names}


def change(path: Path) -> None:
    """A new day, a corrected one, a late one and one that is gone, each on a rack of its own."""
    with duckdb.connect(str(path)) as connection:
        racks = [row[0] for row in connection.execute(
            "select colocation_id from raw_i3d.uplink_traffic group by 1 having max(timestamp) > 1792000000 order by 1"
        ).fetchall()]  # fmt: skip
        connection.execute("update raw_i3d.uplink_traffic set egress = egress + 12345 where colocation_id = ?", [racks[3]])
        connection.execute(
            "delete from raw_i3d.uplink_traffic where colocation_id = ? and timestamp // 86400 % 9 = 0", [racks[4]]
        )
        for rack, days in ((racks[5], 30), (racks[6], -60)):
            connection.execute(
                "insert into raw_i3d.uplink_traffic select * replace (timestamp + ? as timestamp) from raw_i3d.uplink_traffic"
                " where colocation_id = ? and timestamp < 86400 + (select min(timestamp) from raw_i3d.uplink_traffic"
                " where colocation_id = ?)",
                [days * DAY, rack, rack],
            )
        connection.execute("create table raw_i3d.kept as select * from intermediate.int_traffic_windows__measured")


def test_a_rebuild_of_what_changed_equals_a_full_one(built, tmp_path, monkeypatch):
    path, racks, rules = built
    if rules.zone != "UTC":
        pytest.skip("one account is enough")
    changed, full = tmp_path / "changed.duckdb", tmp_path / "full.duckdb"
    shutil.copyfile(path, changed)
    change(changed)
    shutil.copyfile(changed, full)
    only_models = (*MODELS, "--exclude-resource-type", "test")
    # dbt writes the statement of a seed to its path below the target folder: over the file itself where that is absolute.
    for file, options in ((changed, ()), (full, ("--full-refresh",))):
        monkeypatch.setenv("I3D_SETTINGS_FOLDER", str(settings_folder(tmp_path / file.stem, racks)))
        build_models(file, *only_models, *options)
    assert tables(changed) == tables(full)
    assert tables(changed) != tables(path)
    made_again = (
        "select count(distinct service_key) from raw_i3d.kept as kept anti join intermediate.int_traffic_windows__measured"
        " using (service_key, month, fingerprint)"
    )
    assert ask(changed, made_again) == [(4,)]
