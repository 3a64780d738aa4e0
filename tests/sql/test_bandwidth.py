"""The bandwidth of generated racks beside an independent implementation, equal to the last digit."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from bandwidth_reference import Rack, Rules, Uplink, measure, midnight, next_month
from scratch import ask, build_models, write_raw

from pipelines.generate import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt-bandwidth")]

MONTHS = (date(2026, 3, 1), date(2026, 10, 1))
RACKS = 260
METHODS = (None, None, None, "p95_in", "p95_out", "max_of_p95", "p95_of_max", "p95_of_sum", "sum_of_p95")
ACCOUNTS = {
    "ignore": Rules("Europe/Amsterdam", int(datetime(2026, 11, 5, tzinfo=UTC).timestamp())),
    "zero": Rules("UTC", int(datetime(2026, 10, 20, 7, 3, tzinfo=UTC).timestamp()), "start", "zero", "ceil_gb"),
}  # fmt: skip
FIGURES = """
    service_key, month, ingress_bytes, egress_bytes, used_gb, p95_in_mbit, p95_out_mbit, max_of_p95_mbit, p95_of_max_mbit,
    p95_of_sum_mbit, sum_of_p95_mbit, used_mbit, used_mbit_low, used_mbit_high, coverage_pct, overuse_gb, overuse_mbit,
    overuse_amount, burst_minutes_left, step_seconds, expected_sample_count, sample_count
"""


def draw_uplink(random: Random, step: int, rules: Rules, kind: str) -> Uplink:
    """Samples of both months, with gaps, negative and missing numbers, and now and then far too much."""
    samples: dict[int, tuple[int | None, int | None]] = {}
    mean = random.choice((10**6, 10**8, 10**9)) * step // 300
    missing = random.choice((0, 0, 0.01, 0.03, 0.2))
    for month in MONTHS:
        first, last = midnight(month, rules.zone), min(midnight(next_month(month), rules.zone), rules.clock)
        for stamp in range(-(-first // step) * step, last + step, step):
            if random.random() < missing or (kind == "late" and stamp < first + 12 * 86_400):
                continue
            into, out = random.randrange(mean), random.randrange(2 * mean)
            odd = random.random()
            shift = random.randrange(step // 2) if kind == "uneven" and random.random() < 0.1 else 0
            samples[stamp + shift] = (
                (-1, out) if odd < 0.002 else (into, None) if odd < 0.004 else (into * 50, out) if odd < 0.01 else (into, out)
            )
    return Uplink(random.random() < 0.15, samples)


def draw_rack(random: Random, number: int, rules: Rules) -> Rack:
    """A rack of any terms; the first ones have the step that bills are made of."""
    step = 300 if number < 2 else random.choice((7200, 10_800, 14_400))
    kind = random.choice(("even", "even", "late", "uneven"))
    count = 1 if kind == "uneven" else random.choice((1, 1, 2, 3))
    billing_type = random.choice((1, 2, 2, 3, 3, 3))
    commit = random.choice((None, 0, 1, 10, 50)) if billing_type != 2 else random.choice((None, 0, 100, 3000))
    return Rack(
        [draw_uplink(random, step, rules, kind) for _ in range(count)], billing_type, commit,
        has_free_ingress=random.random() < 0.3, tb_price=random.choice((600, 1234, 1)),
        mbit_price=random.choice((None, Decimal("1.25"), Decimal("0.333333"))),
        link_mbit=random.choice((None, None, 20, 100, 1000)), method=random.choice(METHODS),
        starts_on=random.choice((None, None, None, date(2026, 3, 12))),
        cancelled_on=random.choice((None, None, None, date(2026, 10, 17))),
    )  # fmt: skip


def raw_rack(number: int, rack: Rack) -> dict[str, object]:
    uplinks = [{"uplinkId": f"{number}-{i}", "aggregate": uplink.is_aggregate} for i, uplink in enumerate(rack.uplinks)]
    return {
        "id": str(number), "currency_id": "0", "price_per_tb_overuse": str(rack.tb_price), "uplinks": uplinks,
        "bandwidth_billing_type": rack.billing_type, "bandwidth_contractual": rack.commit,
        "unlimited_ingress": int(rack.has_free_ingress), "date_start": rack.starts_on and rack.starts_on.isoformat(),
        "date_cancelled": rack.cancelled_on and rack.cancelled_on.isoformat(),
    }  # fmt: skip


def raw_samples(racks: list[Rack]) -> pa.Table:
    rows = [
        (str(number), f"{number}-{i}", stamp, *pair)
        for number, rack in enumerate(racks) for i, uplink in enumerate(rack.uplinks) for stamp, pair in uplink.samples.items()
    ]  # fmt: skip
    columns = dict(zip(("colocation_id", "uplink_id", "timestamp", "ingress", "egress"), zip(*rows, strict=True), strict=True))
    return pa.table(columns | {"unit": ["day"] * len(rows)})


def write_settings(folder: Path, racks: list[Rack]) -> None:
    shutil.copytree(ROOT / "settings", folder)
    rows = [f"colocation:{n},{r.mbit_price or ''},{r.link_mbit or ''},{r.method or ''},,," for n, r in enumerate(racks)]
    header = "service_key,price_per_mbit,link_mbit,bandwidth_method,overuse_rounding,amps_basis,max_kw"
    (folder / "contract_terms.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def expect(number: int, rack: Rack, month: date, rules: Rules) -> tuple[object, ...] | None:
    found = measure(rack, month, rules)
    if found is None:
        return None

    def scaled(value: int | None, digits: int, places: int = 6) -> Decimal | None:
        return None if value is None else (Decimal(value).scaleb(-digits)).quantize(Decimal(1).scaleb(-places), "ROUND_HALF_UP")

    names = ("p95_in", "p95_out", "max_of_p95", "p95_of_max", "p95_of_sum", "sum_of_p95", "used", "low", "high")
    return (
        f"colocation:{number}", month, found["ingress_bytes"], found["egress_bytes"], scaled(found["used_bytes"], 9),
        *(scaled(found[name], 6) for name in names), scaled(found["coverage"], 4, 4), scaled(found["overuse_bytes"], 9),
        scaled(found["overuse_bps"], 6), scaled(found["cents"], 2, 4),
        None if found["burst"] is None else Decimal(found["burst"] // 60), found["step"], found["expected"], found["samples"],
    )  # fmt: skip


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_figure_is_that_of_the_independent_implementation(account, tmp_path, monkeypatch):
    rules, random = ACCOUNTS[account], Random(account)
    racks = [draw_rack(random, number, rules) for number in range(RACKS)]
    path = tmp_path / "warehouse.duckdb"
    load = {"run_id": "a", "table_name": "colocations", "as_of": datetime.fromtimestamp(rules.clock, UTC), "status": "loaded"}
    write_raw(path, {
        "load_log": [load], "uplink_traffic": raw_samples(racks),
        "colocations": [raw_rack(number, rack) for number, rack in enumerate(racks)],
    })  # fmt: skip
    write_settings(tmp_path / "settings", racks)
    monkeypatch.setitem(os.environ, "I3D_SETTINGS_FOLDER", str(tmp_path / "settings"))
    choices = (
        f"{{billing_timezone: {rules.zone}, stamp_convention: {rules.stamp}, missing_samples: {rules.missing}, "
        f"overuse_rounding: {rules.rounding}}}"
    )
    build_models(path, "--select", "+bandwidth_by_service_month", "--vars", choices, "--exclude-resource-type", "unit_test")
    months = ", ".join(f"'{month}'" for month in MONTHS)
    question = f"select {FIGURES} from marts.bandwidth_by_service_month where month in ({months})"
    built = {row[:2]: row for row in ask(path, question + " and step_seconds is not null")}
    expected = [expect(number, rack, month, rules) for number, rack in enumerate(racks) for month in MONTHS]
    wanted = {row[:2]: row for row in expected if row}
    differences = [(wanted.get(key), built.get(key)) for key in wanted | built if wanted.get(key) != built.get(key)]
    assert not differences, (len(differences), differences[:3])
    assert len(wanted) >= 500
