"""Power on small accounts: the stories of the simulator, and rows that say nothing, of feeds that are shared or unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scratch import ask, build_models, write_raw

from pipelines.simulator.signals import grid
from pipelines.simulator.world import DEFAULT_NOW, World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt power accounts")]

DAY = 86_400
NOW = int(DEFAULT_NOW.timestamp())
BEGIN = int(datetime(2026, 10, 16, tzinfo=UTC).timestamp())
MODELS = ("--select", "+power_by_colocation_month", "+power_checks", "--exclude-resource-type", "unit_test", "test")
NOVEMBER = date(2026, 11, 1)


def samples(name: str, meters: list, amps: list, unit: str | None = None) -> pa.Table:
    """Samples of every five minutes, the last one now."""
    stamps = [NOW - 300 * back for back in range(len(meters))][::-1]
    return pa.table({
        "pdu_id": [name] * len(meters), "timestamp": stamps, "power_meter": pa.array(meters, pa.int64()),
        "amps": pa.array(amps, pa.float64()), "unit": pa.array([unit] * len(meters), pa.string()),
    })  # fmt: skip


def told(world: World) -> list[pa.Table]:
    """A month of what the meters of the simulated account show."""
    times = grid(BEGIN, NOW)
    return [
        pa.table({
            "pdu_id": [str(meter.id)] * len(times), "timestamp": times,
            "power_meter": np.floor(meter.reading(times)).astype(np.int64),
            "amps": np.round(meter.amperes(world.seed, times), 2), "unit": pa.nulls(len(times), pa.string()),
        })
        for meter in world.meters.values()
    ]  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def built(tmp_path_factory, world) -> Path:
    path = tmp_path_factory.mktemp("accounts") / "warehouse.duckdb"
    rising = [1000 + number // 12 for number in range(288)]
    odd = [
        samples("garbage", [None, -5, 10**15, *rising], [float("nan"), -3.0, 1e9, *[2.0] * 288]),
        samples("unknown_unit", rising, [3.0] * 288, "furlong"),
        samples("shared", rising, [4.0] * 288),
        samples("own", rising, [1.5] * 288),
        samples("unrated", [*rising[:144], *[9 * kwh for kwh in rising[144:]]], [None] * 288),
        samples("unlisted", rising, [5.0] * 288),
    ]
    racks = [str(row["id"]) for row in world.tables["colocations"]]
    feed = {"amperage": 16.0, "voltage": 230.0, "phases": 1, "is_deleted": False}
    pdus = [{"colocation_id": str(row["@colocationId"]), "id": str(row["id"]), "input_feed_type": row["inputFeedType"]} | feed
            for row in world.tables["pdus"]]  # fmt: skip
    fed = (("g", "garbage"), ("u", "unknown_unit"), ("s1", "shared"), ("s2", "shared"), ("s1", "own"))
    pdus += [{"colocation_id": rack, "id": name} | feed for rack, name in fed]
    pdus += [{"colocation_id": "r", "id": "unrated", "amperage": 0.0, "voltage": None, "is_deleted": False}]
    contract = {"currency_id": "0", "power_kwh_price": "24.5", "power_max_ampere": "32", "is_deleted": False}
    colocations = [{"id": name} | contract for name in (*racks, "g", "u", "s1", "s2", "none")]
    history = '[{"date": "soon", "powerUsed": "many"}, {"date": "2026-11-14", "powerUsed": "n/a"}, null, 7]'
    colocations += [contract | {"id": "r", "power_kwh_price": "free", "power_max_ampere": "", "power_sum_history": history}]
    log = {"run_id": "a", "table_name": "pdu_power", "as_of": DEFAULT_NOW, "status": "loaded", "finished_at": DEFAULT_NOW}
    write_raw(path, {
        "pdu_power": pa.concat_tables([*told(world), *odd]), "pdus": pdus, "colocations": colocations, "load_log": [log],
        "currencies": [{"id": "0", "name": "Euro", "decimals": 2}],
    })  # fmt: skip
    build_models(path, *MODELS)
    return path


def test_the_broken_meters_of_the_simulator_are_found_and_no_other(built, world):
    kinds = ("replaced", "reset", "dip", "glitch", "jump", "wrap", "declared")
    counts = ", ".join(f"{kind}_count" for kind in kinds)
    odd = " + ".join(f"{kind}_count" for kind in kinds)
    listed = ", ".join(f"'{meter}'" for meter in world.meters)
    where = f"where {odd} > 0 and pdu_id in ({listed}) order by day"
    found = ask(built, f"select pdu_id, day, {counts} from marts.power_by_pdu_day {where}")
    replaced, reset, dipped = (str(pdu["id"]) for pdu in world.tables["pdus"][:5:2])
    days = [datetime.fromtimestamp(NOW - back * DAY, UTC).date() for back in (25, 18, 12)]
    assert found == [
        (replaced, days[0], 1, 0, 0, 0, 0, 0, 0),
        (reset, days[1], 0, 1, 0, 0, 0, 0, 0),
        (dipped, days[2], 0, 0, 12, 0, 0, 0, 0),
    ]


def test_the_meters_that_were_left_alone_count_what_was_really_used(built, world):
    found = dict(ask(built, "select pdu_id, sum(energy_kwh) from marts.power_by_pdu_day group by pdu_id"))
    times = grid(BEGIN, NOW)[[0, -1]]
    for meter in world.meters.values():
        used = float(np.diff(meter.energy(times))[0])
        assert abs(float(found[str(meter.id)]) - used) < 2, meter.id


def test_samples_that_say_nothing_are_left_out(built):
    columns = "pdu_id, sum(energy_kwh), sum(sample_count)::int, max(peak_amps)"
    wanted = "where pdu_id in ('garbage', 'unknown_unit') group by pdu_id order by pdu_id"
    assert ask(built, f"select {columns} from marts.power_by_pdu_day {wanted}") == [
        ("garbage", Decimal("23.000000"), 288, Decimal("2.000000")),
        ("unknown_unit", None, 0, None),
    ]


def test_a_meter_without_a_rating_is_never_too_fast_but_its_month_is_no_bill(built):
    columns = "sum(energy_kwh), sum(jump_count), max(rating_source)"
    found = ask(built, f"select {columns} from marts.power_by_pdu_day where pdu_id = 'unrated'")
    assert found == [(Decimal(9 * 1023 - 1000), 0, "unknown")]


def test_a_month_without_energy_or_cost_says_why(built):
    columns = "colocation_id, energy_kwh, cost_amount, is_billing_grade, reason"
    racks = "('g', 'u', 's1', 's2', 'r', 'none')"
    where = f"where month = date '{NOVEMBER}' and colocation_id in {racks} order by colocation_id"
    assert ask(built, f"select {columns} from marts.power_by_colocation_month {where}") == [
        ("g", Decimal("23.000000"), Decimal("5.6400"), False, "incomplete_month"),
        ("none", None, None, False, "no_pdu"),
        ("r", Decimal("8207.000000"), None, False, "price_unknown"),
        ("s1", None, None, False, "shared_pdu"),
        ("s2", None, None, False, "shared_pdu"),
        ("u", None, None, False, "no_telemetry"),
    ]


def test_a_shared_pdu_is_measured_once_and_belongs_to_no_rack(built):
    shared = "select colocation_id, sum(energy_kwh) from marts.power_by_pdu_day where pdu_id = 'shared' group by colocation_id"
    assert ask(built, shared) == [(None, Decimal("23.000000"))]
    listed = "select colocation_id from intermediate.int_pdu_colocations where pdu_id = 'shared' order by colocation_id"
    assert ask(built, listed) == [("s1",), ("s2",)]
