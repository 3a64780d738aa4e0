"""The marts of cost, contracts and capacity over rows that are empty, illegible or contradictory: built, and never 0."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from scratch import ask, build_models, write_raw

from pipelines.terms import OWN

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt nasty")]
JUNE, JULY = datetime(2026, 6, 10, 9, tzinfo=UTC), datetime(2026, 7, 20, 9, tzinfo=UTC)
SEEN = {"first_seen_at": JUNE, "last_seen_at": JULY, "is_deleted": False}
VERSION = {"valid_from": JUNE, "currency_id": "0"}
GARBAGE = ({}, [], "null", '"text"', "7", '[null, 1, "x", {}, []]', None)
ROWS = {
    "load_log": [{"run_id": "a", "table_name": "dedicated_servers", "as_of": JULY, "status": "loaded", "finished_at": JULY}],
    "currencies": [{"id": "0", "name": "Euro", "decimals": 2}, {"id": "8", "name": "", "decimals": None}],
    "currencies_observations": [
        {"id": "0", "observed_at": JULY, "conversion_rate_to_euro": 1.0},
        {"id": "1", "observed_at": JULY, "conversion_rate_to_euro": float("nan")},
        {"id": "77", "observed_at": JULY, "conversion_rate_to_euro": 2.0},
    ],
    "dedicated_servers": [
        # Nothing but an id; a price that is none; a price beyond every price; a start in the year 1; the dollar's rate is NaN.
        {"id": "1"},
        {"id": "2", "price_per_month": "n/a", "currency_id": "0", "date_start": "2026-06-01", "labels": '{"key": 1}'} | SEEN,
        {"id": "3", "price_per_month": "1e30", "currency_id": "8", "date_start": "2026-06-01", "extend_period": -4,
         "cancellation_period": -1, "date_end_contract": "2026-12-31"} | SEEN,
        {"id": "4", "price_per_month": "3100", "currency_id": "0", "date_start": "0001-01-01",
         "date_end_contract": "9999-12-31", "labels": '[{"key": "env", "value": "a"}, {"key": "env", "value": "b"}, 3]'} | SEEN,
        {"id": "5", "price_per_month": "100", "currency_id": "1", "date_start": "2026-07-31",
         "date_cancelled": "2026-07-01"} | SEEN,
        {"id": "6", "server_type": 2, "fm_order_id": None} | SEEN,
    ],
    "dedicated_servers_history": [
        {"id": "2", "price_per_month": "n/a"} | VERSION,
        {"id": "3", "price_per_month": "1e30", "valid_from": JUNE, "currency_id": "8"},
        {"id": "4", "price_per_month": "3100"} | VERSION,
        {"id": "5", "price_per_month": "100", "valid_from": JUNE, "currency_id": "1"},
        {"id": "9", "price_per_month": "5"} | VERSION,
    ],
    "dedicated_servers_observations": [
        {"id": "2", "observed_at": JULY, "cpu_load": float("inf"), "traffic_sum": -5, "status": "OFF "},
        {"id": "99", "observed_at": JULY, "cpu_load": None},
    ],
    "cross_connects": [
        {"id": "1", "setup_fee": "soon", "date_start": "2026-07-01", "currency_id": "0"} | SEEN,
        {"id": "2", "setup_fee": "", "monthly_fee": "", "date_start": "2026-07-01"} | SEEN,
    ],
    "flexmetal_servers": [{"uuid": str(number), "tags": value, "location": value} for number, value in enumerate(GARBAGE)],
    "flexmetal_commits_observations": [
        {"location_id": str(number), "observed_at": JULY, "commits": value, "location": value}
        for number, value in enumerate(GARBAGE)
    ],
    "flexmetal_quotas_observations": [
        {"location_id": str(number), "observed_at": JULY, "quota_usage": value, "location": value}
        for number, value in enumerate((*GARBAGE, '[{"instanceType": {"name": "a"}, "quota": "many", "usage": 99999999999}]'))
    ],
    "flexmetal_usage": [
        {"server_uuid": "x", "started_at": "yesterday", "window_start": JUNE, "total_hours": -1, "bandwidth_in": -1,
         "server": "7"},
        {"server_uuid": "y", "started_at": "2026-06-02T00:00:00.000Z", "ended_at": "2026-06-02T14:00:00.000Z",
         "window_start": JUNE, "total_hours": 14, "bandwidth_out": 2**62, "server": '{"instanceType": {"id": 3}}'},
    ],
}  # fmt: skip
MARTS = (
    "cost_by_service_month", "cost_by_allocation_month", "contract_calendar", "flexmetal_usage_by_server_month",
    "capacity_flexmetal_commit", "capacity_flexmetal_quota", "idle_servers",
)  # fmt: skip
PRICES = "instance_type,location_id,currency_code,price_per_hour,price_per_gb_out,valid_from,valid_to\n3,,EUR,0.355,,,\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("nasty")
    path = folder / "warehouse.duckdb"
    write_raw(path, ROWS)
    terms = folder / "terms"
    terms.mkdir()
    for own in OWN.glob("*.csv"):
        (terms / own.name).write_bytes(own.read_bytes())
    (terms / "flexmetal_prices.csv").write_text(PRICES)
    build_models(path, "--exclude-resource-type", "unit_test", "--select", *(f"+{mart}" for mart in MARTS), terms=terms)
    return path


def cost(built: Path, key: str) -> list[tuple]:
    """Month, kind, currency, amount, its euros and the reason."""
    columns = "month, charge_kind, currency_code, amount, amount_eur, reason"
    return ask(built, f"select {columns} from marts.cost_by_service_month where service_key = '{key}' order by all")


def test_a_price_that_is_none_costs_nobody_knows_what(built):
    june, july = date(2026, 6, 1), date(2026, 7, 1)
    for server, currency in (("2", "EUR"), ("3", "XXX")):
        assert cost(built, f"dedicated_server:{server}") == [
            (month, "recurring", currency, None, None, "unpriced") for month in (june, july)
        ]
    assert cost(built, "cross_connect:1") == [
        (july, "recurring", "EUR", None, None, "unpriced"), (july, "setup", "EUR", None, None, "unpriced"),
    ]  # fmt: skip
    assert cost(built, "cross_connect:2") == [(july, "recurring", "XXX", None, None, "unpriced")]


def test_a_start_in_the_year_1_is_none_and_an_end_before_the_start_costs_nothing(built):
    june, july = date(2026, 6, 1), date(2026, 7, 1)
    assert cost(built, "dedicated_server:4") == [
        (june, "recurring", "EUR", Decimal("21.7000"), Decimal("21.7000"), None),
        (july, "recurring", "EUR", Decimal("31.0000"), Decimal("31.0000"), None),
    ]
    assert cost(built, "dedicated_server:5") == []
    assert cost(built, "dedicated_server:1") == []


def test_two_values_of_one_label_share_the_cost(built):
    found = ask(
        built,
        """
        select dimension_value, amount from marts.cost_by_allocation_month
        where dimension = 'label:env' and month = date '2026-07-01' and currency_code = 'EUR' order by all
        """,
    )
    assert found == [("", None), ("a", Decimal("15.5000")), ("b", Decimal("15.5000"))]


def test_terms_that_cannot_be_leave_the_calendar_without_a_deadline(built):
    columns = "service_key, last_day_to_cancel_on, exposure_amount, reason"
    assert ask(built, f"select {columns} from marts.contract_calendar order by all") == [
        ("dedicated_server:3", None, None, "notice_unknown, extension_assumed_monthly, unpriced"),
        ("dedicated_server:4", None, None, "notice_unknown, extension_assumed_monthly"),
    ]


def test_usage_that_cannot_be_is_unknown_and_what_a_list_lacks_is_no_row(built):
    columns = "server_uuid, month, billable_hours, usage_amount, reason"
    assert ask(built, f"select {columns} from marts.flexmetal_usage_by_server_month order by all") == [
        ("x", date(2026, 6, 1), None, None, "unpriced, hours_unknown, bandwidth_unknown"),
        ("y", date(2026, 6, 1), Decimal(14), Decimal("4.9700"), "bandwidth_unknown"),
    ]
    commits = 'select location_id, "commit", in_use, reason from marts.capacity_flexmetal_commit'
    assert ask(built, commits) == [("5", None, None, "unknown")]
    columns = "quota, headroom, utilisation_pct"
    assert ask(built, f"select {columns} from marts.capacity_flexmetal_quota where instance_type = 'a'") == [(None, None, None)]


def test_a_server_of_which_only_nonsense_is_told_is_not_judged(built):
    assert set(ask(built, "select verdict, mean_cpu_pct from marts.idle_servers")) == {("insufficient_data", None)}
