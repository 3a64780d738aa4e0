"""The models over no rows at all, and over a handful of nasty ones whose results were worked out by hand."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from scratch import ask, build_models, write_raw

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt")]

SEEN = {"first_seen_at": datetime(2026, 1, 1, tzinfo=UTC), "last_seen_at": datetime(2026, 3, 31, 22, 30, tzinfo=UTC)}
# Half an hour past midnight in Amsterdam, where the golden build counts its days: the clock stands at April the first.
NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
SERVER = {"id": "101", "server_name": "ded-1", "client_server_name": "  ", "dc_location_id": "6", "server_type": 1} | SEEN
ROWS = {
    "load_log": [
        {"run_id": "a", "table_name": "colocations", "as_of": datetime(2026, 3, 30, tzinfo=UTC), "status": "loaded",
         "row_count": 2, "source_count": 2, "missing_count": 0, "finished_at": datetime(2026, 3, 30, 0, 5, tzinfo=UTC)},
        {"run_id": "b", "table_name": "dedicated_servers", "as_of": NOW, "status": "loaded", "row_count": 4, "source_count": 4,
         "missing_count": 0, "finished_at": datetime(2026, 3, 31, 22, 31, tzinfo=UTC)},
    ],
    "currencies": [{"id": "0", "name": "Euro", "decimals": 2}, {"id": "9", "name": "YEN", "decimals": 0}],
    "ping_site_details": [{"dc_location_id": "6", "dc_location_name": "Rotterdam"}],
    "dedicated_servers": [
        SERVER | {
            "currency_id": "0", "price_per_month": "14950.5", "price_per_tb_overuse": "24.1234", "date_start": "2026-01-31",
            "date_end": "31-08-2026", "date_cancelled": "0000-00-00 00:00:00", "date_end_contract": "2026-12-31T23:59:59Z",
            "purchase_order": "", "bandwidth_billing_type": 2, "bandwidth_contractual": 20000,
        },
        SERVER | {
            "id": "102", "client_server_name": "game", "dc_location_id": "7", "currency_id": "9", "price_per_month": "24000",
            "date_start": "1970-01-01", "date_end": "2026-02-30", "date_cancelled": "", "date_end_contract": "when it is done",
            "bandwidth_billing_type": 3, "bandwidth_contractual": 100,
        },
        SERVER | {
            "id": "103", "currency_id": "77", "price_per_month": "free", "date_start": "2026-04-01 00:00:00",
            "date_cancelled": "2026-04-01", "is_deleted": False,
        },
        SERVER | {"id": "104", "server_type": 2, "fm_order_id": "u-1", "currency_id": "0", "price_per_month": "0"},
    ],
    "colocations": [
        {"id": "101", "name": "rack", "datacenter": {"address": {"name": "Tokyo 1", "city": "Tokyo"}}, "currency_id": "1",
         "rack": {"rack": "r7", "rentedUnits": 42}, "price_per_month": "65000", "power_kwh_price": "24.5",
         "power_max_ampere": "32", "date_start": "2026-04-01", "date_cancelled": "2026-04-02",
         "purchase_order": " PO-1 "} | SEEN,
    ],
    "cross_connects": [
        {"id": "7", "patch_internal_name": "patch 7", "patch_customer_name": "", "location_id_side_a_name": "Tokyo",
         "monthly_fee": "-5000", "date_start": "2026-04-02", "host_id": "0", "is_deleted": False} | SEEN,
    ],
    "flexmetal_servers": [
        {"uuid": "u-1", "name": "worker", "location": {"id": 6, "name": "EU: Rotterdam"}, "status": "delivered",
         "created_at": 1774992600, "delivered_at": 1774995300, "released_at": 0} | SEEN,
        {"uuid": "u-2", "name": "gone", "status": "released", "delivered_at": 1771000000, "released_at": 1772000000} | SEEN,
        {"uuid": "u-3", "name": "broken", "status": "failed", "delivered_at": None, "released_at": None} | SEEN,
    ],
}  # fmt: skip
SERVICES = {
    "service_key": "VARCHAR", "service_type": "VARCHAR", "service_id": "VARCHAR", "service_name": "VARCHAR",
    "location": "VARCHAR", "project_name": "VARCHAR", "purchase_order": "VARCHAR", "currency_code": "VARCHAR",
    "monthly_price": "DECIMAL(18,4)", "starts_on": "DATE", "paid_until_on": "DATE", "contract_ends_on": "DATE",
    "cancelled_on": "DATE", "is_active": "BOOLEAN", "is_deleted": "BOOLEAN", "first_seen_at": "TIMESTAMP",
    "last_seen_at": "TIMESTAMP",
}  # fmt: skip
LOAD_HEALTH = {
    "table_name": "VARCHAR", "last_loaded_at": "TIMESTAMP", "row_count": "BIGINT", "source_count": "BIGINT",
    "missing_count": "BIGINT", "freshness_hours": "DECIMAL(18,6)", "status": "VARCHAR", "message": "VARCHAR",
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("small") / "warehouse.duckdb"
    write_raw(path, ROWS)
    choices = ("--vars", "{billing_timezone: Europe/Amsterdam}", "--exclude-resource-type", "unit_test")
    build_models(path, *choices, "--select", "+services", "+load_health", "stg_i3d__colocations")
    return path


@pytest.mark.parametrize(("mart", "columns"), [("services", SERVICES), ("load_health", LOAD_HEALTH)])
def test_an_account_without_anything_has_every_mart_typed_and_empty(empty, mart, columns):
    assert {row[0]: row[1] for row in ask(empty, f"describe marts.{mart}")} == columns
    assert ask(empty, f"select count(*) from marts.{mart}") == [(0,)]


def test_an_account_without_anything_has_no_row_in_any_mart(empty):
    marts = [name for (name,) in ask(empty, "select table_name from duckdb_tables() where schema_name = 'marts'")]
    assert {mart: ask(empty, f"select count(*) from marts.{mart}") for mart in marts} == {key: [(0,)] for key in marts}


def test_only_the_schemas_of_the_project_are_made(empty):
    made = ask(empty, "select distinct schema_name from information_schema.schemata where catalog_name = 'warehouse'")
    assert {name for (name,) in made} - {"main", "information_schema", "pg_catalog"} == {
        "raw_i3d", "staging", "intermediate", "marts", "settings"
    }  # fmt: skip


def test_services_are_named_priced_and_placed(small):
    columns = "service_key, service_name, location, purchase_order, currency_code, monthly_price"
    assert ask(small, f"select {columns} from marts.services order by service_key") == [
        ("colocation:101", "rack", "Tokyo", "PO-1", "USD", Decimal("650.0000")),
        ("cross_connect:7", "patch 7", "Tokyo", None, "XXX", Decimal("-50.0000")),
        ("dedicated_server:101", "ded-1", "Rotterdam", None, "EUR", Decimal("149.5050")),
        ("dedicated_server:102", "game", None, None, "JPY", Decimal("24000.0000")),
        ("dedicated_server:103", "ded-1", "Rotterdam", None, "XXX", None),
        ("flexmetal_server:u-1", "worker", "EU: Rotterdam", None, "XXX", None),
        ("flexmetal_server:u-2", "gone", None, None, "XXX", None),
        ("flexmetal_server:u-3", "broken", None, None, "XXX", None),
    ]


def test_services_have_dates_whatever_their_spelling_and_run_by_the_clock_of_the_load(small):
    columns = "service_key, starts_on, paid_until_on, contract_ends_on, cancelled_on, is_active"
    assert ask(small, f"select {columns} from marts.services order by service_key") == [
        ("colocation:101", date(2026, 4, 1), None, None, date(2026, 4, 2), True),
        ("cross_connect:7", date(2026, 4, 2), None, None, None, False),
        ("dedicated_server:101", date(2026, 1, 31), date(2026, 8, 31), date(2026, 12, 31), None, True),
        ("dedicated_server:102", None, None, None, None, True),
        ("dedicated_server:103", date(2026, 4, 1), None, None, date(2026, 4, 1), False),
        # 1774995300 is 2026-03-31 22:15 UTC, which is April in Amsterdam.
        ("flexmetal_server:u-1", date(2026, 4, 1), None, None, None, True),
        ("flexmetal_server:u-2", date(2026, 2, 13), None, None, date(2026, 2, 25), False),
        ("flexmetal_server:u-3", None, None, None, None, False),
    ]


def test_the_text_of_a_date_stays_only_where_it_says_something_that_is_no_date(small):
    columns = "starts_on_raw, paid_until_on_raw, cancelled_on_raw, contract_ends_on_raw"
    assert ask(small, f"select {columns} from staging.stg_i3d__dedicated_servers order by dedicated_server_id") == [
        (None, None, None, None),
        (None, "2026-02-30", None, "when it is done"),
        (None, None, None, None),
        (None, None, None, None),
    ]


def test_prices_per_unit_keep_six_digits_and_the_commit_has_the_unit_of_its_method(small):
    servers = (
        "select price_per_tb_overuse, bandwidth_billing_type, commit_gb, commit_mbit from staging.stg_i3d__dedicated_servers"
    )
    assert ask(small, f"{servers} order by dedicated_server_id limit 2") == [
        (Decimal("0.241234"), "volume", Decimal(20000), None),
        (None, "p95", None, Decimal(100)),
    ]
    assert ask(small, "select price_per_kwh, contract_amps, rented_units, rack_name from staging.stg_i3d__colocations") == [
        (Decimal("0.245000"), Decimal("32.000000"), 42, "r7")
    ]


def test_load_health_counts_hours_from_the_newest_clock(small):
    columns = "table_name, last_loaded_at, row_count, freshness_hours, status"
    assert ask(small, f"select {columns} from marts.load_health order by table_name") == [
        ("colocations", datetime(2026, 3, 30, 0, 5), 2, Decimal("46.500000"), "stale"),  # noqa: DTZ001 - the column has no zone
        ("dedicated_servers", datetime(2026, 3, 31, 22, 31), 4, Decimal("0.000000"), "ok"),  # noqa: DTZ001
    ]


def test_a_view_works_in_a_renamed_copy_and_under_another_name(small, tmp_path):
    copy = tmp_path / "published.duckdb"
    shutil.copyfile(small, copy)
    question = "select * from {}staging.stg_i3d__dedicated_servers order by dedicated_server_id"
    expected = ask(small, question.format(""))
    assert len(expected) == 4
    assert ask(copy, question.format(""), "set TimeZone = 'America/New_York'") == expected
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy}' as elsewhere (read_only)")
        assert connection.execute(question.format("elsewhere.")).fetchall() == expected
        assert connection.execute("select count(*) from elsewhere.intermediate.int_clock__read").fetchall() == [(1,)]


@pytest.mark.parametrize("mart", ["invoices", "invoice_lines", "invoice_checks"])
def test_an_account_without_invoices_has_nothing_to_prove(empty, mart):
    assert ask(empty, f"select count(*) from marts.{mart}") == [(0,)]
