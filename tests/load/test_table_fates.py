"""What becomes of one table when something is wrong with it, and of the others: denied, failing, shrunken, vanished, moved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from conftest import Account, fate, ids
from pydantic import SecretStr

from pipelines.errors import AuthError, UsageError
from pipelines.i3d.selection import select
from pipelines.simulator.switches import Fault

pytestmark = pytest.mark.slow
Make = Callable[..., Account]


class Rewriting(httpx.BaseTransport):
    """Changes the rows of one path on their way in."""

    def __init__(self, path: str, change: Callable[[Any], Any]) -> None:
        self.inner, self.path, self.change = httpx.HTTPTransport(), path, change

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self.inner.handle_request(request)
        if request.url.path != self.path:
            return response
        payload = self.change(orjson.loads(response.read()))
        return httpx.Response(200, headers={"content-type": "application/json"}, content=orjson.dumps(payload))


def test_a_denied_group_is_a_finding_and_the_rest_loads(account: Make) -> None:
    mine = account()
    mine.world.switches.change({"denied": ["/v3/flexMetal"]})
    report = mine.load("flexmetal", "colocations", "pdus")
    assert {row["status"] for row in report.tables if row["area"] == "flexmetal"} == {"denied"}
    assert "It needs flexmetal_locations" in fate(report, "flexmetal_instance_types")["message"]
    assert fate(report, "colocations")["status"] == fate(report, "pdus")["status"] == "loaded"
    assert report.failed == []
    assert mine.query("select count(*) from raw_i3d.flexmetal_servers") == [(0,)]


def test_a_failing_table_keeps_its_rows_and_stops_no_other(account: Make) -> None:
    mine = account(deadline_seconds=1)
    mine.load("callbacks", "slack_settings")
    before = ids(mine, "callbacks")
    mine.world.switches.faults = [Fault("500", "/v3/callback", times=1000)]
    report = mine.load("callbacks", "slack_settings")
    assert fate(report, "callbacks")["status"] == "failed"
    assert "HTTP 500" in fate(report, "callbacks")["message"]
    assert fate(report, "slack_settings")["status"] == "loaded"
    assert ids(mine, "callbacks", "not is_deleted") == before != []


def test_a_wrong_key_stops_the_load_with_one_error(account: Make) -> None:
    mine = account()
    mine.settings = mine.settings.model_copy(update={"api_token": SecretStr("another")})
    with pytest.raises(AuthError, match="refuses the key"):
        mine.load("colocations", "tickets")


def test_a_vanished_row_is_marked_deleted_with_its_last_values_and_comes_back(account: Make) -> None:
    mine = account()
    mine.load("ssh_keys")
    row = mine.world.tables["ssh_keys"].pop()
    report = mine.load("ssh_keys")
    found = mine.query(f"select is_deleted, name from raw_i3d.ssh_keys where uuid = '{row['uuid']}'")
    assert found == [(True, row["name"])]
    assert fate(report, "ssh_keys")["missing_count"] == 1
    assert fate(report, "ssh_keys")["row_count"] == len(mine.world.rows("ssh_keys"))
    mine.world.tables["ssh_keys"].append(row)
    mine.load("ssh_keys")
    assert mine.query("select count(*) from raw_i3d.ssh_keys where is_deleted") == [(0,)]


def test_a_deleted_row_keeps_its_nested_values_as_json(account: Make) -> None:
    mine = account()
    mine.load("triggers")
    row = mine.world.tables["triggers"].pop()
    before = mine.query(f"select conditions from raw_i3d.triggers where id = '{row['id']}'")
    mine.load("triggers")
    assert mine.query(f"select conditions from raw_i3d.triggers where id = '{row['id']}'") == before


@pytest.mark.parametrize(("table", "stored"), [("countries", "countries"), ("account_whitelist", "account_whitelist")])
def test_a_list_that_lost_most_of_its_rows_is_refused(account: Make, table: str, stored: str) -> None:
    mine = account()
    mine.load(table)
    before = ids(mine, table)
    del mine.world.tables[stored][len(before) * 4 // 10 - 1 :]
    report = mine.load(table)
    assert "fell from" in fate(report, table)["message"]
    assert fate(report, table)["status"] == "failed"
    assert ids(mine, table) == before
    assert mine.load(table, allow_shrink=True).failed == []
    assert fate(mine.load(table), table)["row_count"] == len(mine.world.rows(table))


def test_a_type_flip_keeps_the_old_rows_and_never_shows_the_value(account: Make) -> None:
    mine = account()
    mine.load("colocations", "currencies")
    before = mine.query("select id, power_meter from raw_i3d.colocations order by id")
    flip = Rewriting("/v3/colocation", lambda rows: [row | {"powerMeter": "eleven"} for row in rows])
    report = mine.load("colocations", "currencies", transport=flip)
    assert "powerMeter" in fate(report, "colocations")["message"]
    assert "eleven" not in fate(report, "colocations")["message"]
    assert fate(report, "currencies")["status"] == "loaded"
    assert mine.query("select id, power_meter from raw_i3d.colocations order by id") == before


def test_unknown_fields_are_named_and_do_not_land_unless_switched_on(account: Make) -> None:
    mine = account()
    add = Rewriting("/v3/sshKey", lambda rows: [row | {"shoeSize": 43, "apiToken": "t0p"} for row in rows])
    report = mine.load("ssh_keys", transport=add)
    assert orjson.loads(fate(report, "ssh_keys")["unknown_fields"]) == ["apiToken: str", "shoeSize: int"]
    mine.settings = mine.settings.model_copy(update={"land_unknown": True})
    mine.load("ssh_keys", transport=add)
    assert mine.query("select distinct unknown_fields::varchar from raw_i3d.ssh_keys") == [('{"shoeSize":43}',)]


def test_personal_values_land_plain_only_when_asked(account: Make) -> None:
    mine = account(personal_data="plain")
    mine.load("account_details")
    name = mine.world.rows("account_details")[0]["firstName"]
    assert mine.query("select first_name from raw_i3d.account_details") == [(name,)]


def test_the_clock_cannot_run_backwards(account: Make) -> None:
    mine = account()
    mine.load("currencies")
    earlier = account(start=mine.world.clock.now() - timedelta(days=1))
    with pytest.raises(UsageError, match="as of"):
        earlier.load("currencies")


def test_a_log_that_comes_newest_first_is_read_only_as_far_as_it_is_new(account: Make) -> None:
    mine = account(page_size=10)
    assert fate(mine.load("account_log"), "account_log")["is_newest_first"] is True
    again = fate(mine.load("account_log"), "account_log")
    assert again["is_full_sweep"] is False
    assert again["requests"] < 6
    assert mine.query("select count(*) from raw_i3d.account_log") == [(len(mine.world.rows("account_log")),)]
    mine.world.clock.advance(timedelta(days=8))
    weekly = fate(mine.load("account_log"), "account_log")
    assert weekly["is_full_sweep"] is True
    assert mine.query("select count(*) from raw_i3d.account_log") == [(len(mine.world.rows("account_log")),)]


def test_a_log_in_another_order_is_swept_every_time(account: Make) -> None:
    mine = account(page_size=10)
    mine.world.switches.change({"newest_first": False})
    assert fate(mine.load("account_log"), "account_log")["is_newest_first"] is False
    assert fate(mine.load("account_log"), "account_log")["is_full_sweep"] is True


def test_an_open_invoice_is_read_again_until_it_is_settled(account: Make) -> None:
    mine = account(page_size=10)
    mine.load("invoices", "invoice_details")
    oldest = min(mine.world.tables["invoices"], key=lambda row: int(row["creationDate"]))
    oldest["remainingAmount"], oldest["paymentStatus"] = "4200", 0
    mine.load("invoices", "invoice_details", full_refresh=True)
    oldest["remainingAmount"], oldest["paymentStatus"] = "0", 1
    report = mine.load("invoices", "invoice_details")
    found = mine.query(f"select remaining_amount from raw_i3d.invoices where id = '{oldest['id']}'")
    assert found == [("0",)]
    assert fate(report, "invoice_details")["requests"] == 1


def test_a_detail_that_is_gone_is_noted_and_the_others_land(account: Make) -> None:
    mine = account()
    extra = Rewriting("/v3/calc/orders", lambda rows: [*rows, {**rows[0], "id": 999999}])
    report = mine.load("calc_order_details", transport=extra)
    assert fate(report, "calc_order_details")["status"] == "loaded"
    assert fate(report, "calc_order_details")["message"] == "1 details were gone"


def test_a_killed_load_is_healed_by_the_next_one(account: Make) -> None:
    mine = account()
    environment = os.environ | {
        "I3D_BASE_URL": mine.settings.base_url, "I3D_API_TOKEN": mine.world.token,
        "I3D_WAREHOUSE": str(mine.settings.warehouse), "I3D_AS_OF": mine.world.clock.now().isoformat(),
    }  # fmt: skip
    for wait in (4.0, 5.5, 7.0):
        process = subprocess.Popen([sys.executable, "-m", "pipelines", "load"], env=environment, stdout=subprocess.DEVNULL)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    report = mine.load()
    assert [row for row in report.tables if row["status"] != "loaded"] == []
    for operation in select(()):
        if operation.key and operation.window is None and operation.table != "api_log":
            count, distinct = mine.query(
                f"select count(*), count(distinct ({', '.join(key_list(operation))})) from raw_i3d.{operation.table}"
            )[0]
            assert count == distinct == len(mine.world.rows(operation.table)), operation.table


def key_list(operation: Any) -> list[str]:
    from pipelines.i3d.rows import key_columns

    return list(key_columns(operation))
