"""The bandwidth of a small account of nasty rows, worked out by hand, and of an account without any."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from scratch import ask, build_models, write_raw

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt-bandwidth")]

OCTOBER = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())
TERMS = {"currency_id": "0", "price_per_tb_overuse": "600"}
SELECT = ("--select", "+bandwidth_by_service_month", "+bandwidth_method_fit", "--exclude-resource-type", "unit_test")


def traffic(owner: str, uplink: str, **changes: object) -> list[dict[str, object]]:
    """A day of five-minute samples after the first midnight of October: 30 MB in, 60 MB out, 0.8 and 1.6 Mbit/s."""
    column = "cross_connect_id" if owner.startswith("x") else "colocation_id"
    row = {column: owner, "uplink_id": uplink, "unit": "day", "ingress": 30_000_000, "egress": 60_000_000} | changes
    return [row | {"timestamp": OCTOBER + 300 * n} for n in range(1, 289)]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("account") / "warehouse.duckdb"
    uplinks = [{"uplinkId": 1, "aggregate": False}]
    write_raw(path, {
        "load_log": [{"run_id": "a", "table_name": "colocations", "status": "loaded",
                      "as_of": datetime(2026, 11, 1, 6, tzinfo=UTC)}],
        "colocations": [
            TERMS | {"id": "negative", "bandwidth_billing_type": 3, "bandwidth_contractual": 1, "uplinks": uplinks},
            TERMS | {"id": "silent", "bandwidth_billing_type": 2, "bandwidth_contractual": 1,
                      "uplinks": [*uplinks, {"uplinkId": 2}]},
            TERMS | {"id": "units", "bandwidth_billing_type": 2, "bandwidth_contractual": 0, "uplinks": None},
            TERMS | {"id": "unknown", "bandwidth_billing_type": 7, "bandwidth_contractual": None, "uplinks": uplinks},
            TERMS | {"id": "lone", "bandwidth_billing_type": 3, "bandwidth_contractual": 1, "uplinks": uplinks},
        ],
        "cross_connects": [
            {"id": "x", "currency_id": "0", "uplinks": [{"side": "Z", "uplinkId": "z"}, {"side": "A", "uplinkId": "a"}]},
        ],
        "dedicated_servers": [
            TERMS | {"id": "s", "server_type": 1, "bandwidth_billing_type": 2, "bandwidth_contractual": 100},
        ],
        "dedicated_servers_observations": [
            {"id": "s", "observed_at": datetime(2026, 10, day, 23, tzinfo=UTC), "traffic_sum": 10 * day,
             "incoming_traffic_sum": 2 * day, "outgoing_traffic_sum": 8 * day} for day in (3, 31)
        ],
        "uplink_traffic": [
            *traffic("negative", "1", ingress=-1)[:100], *traffic("negative", "1")[100:], *traffic("silent", "1"),
            *traffic("units", "9"), *traffic("units", "9", unit="hour", ingress=0)[:10], *traffic("unknown", "1"),
            *traffic("lone", "1")[:1],
        ],
        "cross_connect_traffic": [*traffic("x", "a"), *traffic("x", "z", ingress=60_000_000, egress=30_000_000)],
    })  # fmt: skip
    build_models(path, *SELECT)
    return path


@pytest.fixture(scope="module")
def account(built):
    columns = "used_gb, used_mbit, sample_count, overuse_amount, reason"
    question = f"select service_key, {columns} from marts.bandwidth_by_service_month where month = '2026-10-01'"
    return {row[0]: row[1:] for row in ask(built, question)}


def test_negative_bytes_are_missing_samples(account):
    assert account["colocation:negative"] == (Decimal("16.92"), Decimal("1.6"), 188, None, "unpriced")


def test_a_rack_with_a_port_that_never_spoke_has_no_figures(account):
    assert account["colocation:silent"] == (None, None, 0, None, "no_samples")


def test_a_moment_in_two_units_counts_once_and_a_commit_of_nothing_is_a_commit(account):
    # Ten of 288 samples have another row without ingress, and the later word holds: 288 x 90 MB - 10 x 30 MB.
    assert account["colocation:units"] == (Decimal("25.62"), Decimal("1.6"), 288, Decimal("0.15"), "low_coverage")


def test_a_way_of_billing_that_nobody_knows_has_quantities_and_no_amount(account):
    assert account["colocation:unknown"] == (Decimal("25.92"), Decimal("1.6"), 288, None, "billing_type_unknown")


def test_one_sample_covers_one_interval_of_its_month(built, account):
    assert account["colocation:lone"] == (Decimal("0.09"), None, 1, None, "step_unknown")
    counts = "select expected_sample_count, coverage_pct from marts.bandwidth_by_service_month"
    assert ask(built, f"{counts} where service_key = 'colocation:lone' and sample_count = 1") == [(8928, Decimal("0.0112"))]


def test_a_line_is_measured_at_one_end(account):
    assert account["cross_connect:x"] == (Decimal("25.92"), Decimal("1.6"), 288, None, "no_commit")


def test_a_server_is_charged_by_its_last_sum_of_the_month(account):
    # 310 GB are 210 above the commit: 0.21 TB at 6.00.
    assert account["dedicated_server:s"] == (Decimal(310), None, 0, Decimal("1.26"), None)


def test_an_account_without_anything_has_empty_typed_tables(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    write_raw(path, {})
    build_models(path, *SELECT)
    for mart in ("bandwidth_by_service_month", "bandwidth_method_fit"):
        types = dict(row[:2] for row in ask(path, f"describe marts.{mart}"))
        assert ask(path, f"select count(*) from marts.{mart}") == [(0,)]
        assert "DOUBLE" not in types.values()
