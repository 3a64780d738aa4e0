"""Whole lists from an API that behaves in any of the ways nobody here can rule out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Account, fate, ids

pytestmark = pytest.mark.slow
Make = Callable[..., Account]


@pytest.mark.parametrize(
    "behaviour",
    [
        {},
        {"page_cap": 25},
        {"page_cap": 50},
        {"past_end": "null"},
        {"past_end": "404"},
        {"past_end": "416"},
        {"missing_header": "400"},
        {"page_token": True},
        {"insert_between_pages": ["account_whitelist", "triggers"]},
        {"no_date": "0000-00-00", "date_style": "dmy"},
        {"extra_fields": True, "missing_fields": True},
        {"cross_connect_invoice": "CrossConnect"},
    ],
    ids=str,
)
def test_lists_come_whole_whatever_the_api_does(account: Make, behaviour: dict[str, Any]) -> None:
    mine = account("medium")
    mine.world.switches.change(behaviour)
    tables = ("countries", "account_log", "account_whitelist", "dedicated_servers", "cross_connects")
    report = mine.load(*tables)
    assert [row for row in report.tables if row["status"] != "loaded"] == []
    for table in tables:
        held = len(mine.world.rows(table))
        grown = table in behaviour.get("insert_between_pages", ())
        assert held - grown <= fate(report, table)["row_count"] <= held, table
    assert [len(mine.world.rows(table)) for table in ("countries", "account_whitelist")] >= [249, 100]


def test_an_api_that_ignores_the_paging_header_fails_loudly(account: Make) -> None:
    mine = account()
    mine.world.switches.change({"ignore_paging": ["/v3/country"]})
    report = mine.load("countries", "currencies")
    assert "ignore the paging header" in fate(report, "countries")["message"]
    assert fate(report, "currencies")["status"] == "loaded"


def test_a_row_deleted_between_pages_costs_no_other_row(account: Make) -> None:
    mine = account("medium")
    mine.world.switches.change({"delete_between_pages": ["dedicated_servers"]})
    report = mine.load("dedicated_servers")
    held = {str(row["id"]) for row in mine.world.rows("dedicated_servers")}
    assert held <= set(ids(mine, "dedicated_servers")), fate(report, "dedicated_servers")


def test_cross_connect_invoices_of_the_wrong_kind_are_left_out_and_named(account: Make) -> None:
    mine = account()
    mine.world.switches.change({"cross_connect_invoice": "CrossConnect"})
    report = mine.load("cross_connect_invoices")
    assert fate(report, "cross_connect_invoices")["row_count"] == 0
    assert "invoiceNumber" in fate(report, "cross_connect_invoices")["unknown_fields"]


def test_the_price_helpers_may_answer_with_an_object_or_a_list(account: Make) -> None:
    mine = account()
    for answer in ("list", "object"):
        mine.world.switches.change({"calc_answer": answer})
        report = mine.load("calc_margins", "calc_vat_percentages")
        assert [row["status"] for row in report.tables] == ["loaded", "loaded"]
        assert fate(report, "calc_vat_percentages")["row_count"] == 3
