"""Every mart over an account without anything: what its contract promises is there, typed, described and tested."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest
from mart_columns import MARTS
from mart_columns import TYPES as ENDS
from scratch import ask

from pipelines.focus import export_focus
from pipelines.report import write_report
from pipelines.report.sections import TABLES
from pipelines.warehouse import Warehouse

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt")]
MONEY = ("price", "amount", "cost", "fee", "rate")
Columns = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def columns(empty) -> dict[str, Columns]:
    """Type by column, by table, by schema."""
    found: dict[str, Columns] = defaultdict(lambda: defaultdict(dict))
    everything = "select schema_name, table_name, column_name, data_type from duckdb_columns()"
    for schema, table, column, kind in ask(empty, everything):
        found[schema][table][column] = kind
    return found


@pytest.fixture(scope="module")
def manifest(empty) -> dict[str, Any]:
    """What dbt knows of the project."""
    return json.loads((empty.parent / "dbt" / "target" / "manifest.json").read_bytes())


def marts(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["name"]: node for node in manifest["nodes"].values() if node.get("schema") == "marts" and "raw_code" in node
            and node["resource_type"] == "model"}  # fmt: skip


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_has_the_columns_of_its_contract(columns, mart):
    assert set(" ".join(MARTS[mart]).split()) <= columns["marts"][mart].keys()


def test_an_account_without_anything_has_a_report_that_says_so(empty):
    page, *_, last = write_report(Warehouse(empty), empty.parent / "report")
    html = page.read_text()
    assert "Nothing loaded yet" in html
    assert "<td" not in html
    assert html.count('class="empty"') == len(TABLES)
    assert last.read_text(encoding="utf-8-sig").startswith("table_name,status,")


def test_the_end_of_a_name_says_the_type(columns):
    wrong = {
        f"{mart}.{column}": kind
        for mart, listed in columns["marts"].items()
        for column, kind in listed.items()
        for end, promised in ENDS.items()
        if (column == end or (end.startswith(("_", "amount")) and column.endswith(end))) and kind != promised
    }
    assert wrong == {}


def test_no_number_of_a_mart_and_no_money_anywhere_is_a_floating_point_number(columns):
    floats = {
        f"{schema}.{table}.{column}"
        for schema in ("staging", "intermediate", "marts", "settings")
        for table, listed in columns[schema].items()
        for column, kind in listed.items()
        if kind in ("DOUBLE", "FLOAT") and (schema == "marts" or any(word in column.split("_") for word in MONEY))
    }
    assert floats == set()


def test_money_has_its_currency_beside_it(columns):
    for mart, listed in columns["marts"].items():
        if any(column.endswith("amount") or "price" in column for column in listed):
            assert "currency_code" in listed, mart


def test_every_column_of_a_mart_is_described_and_its_description_begins_with_the_grain(manifest):
    for name, node in marts(manifest).items():
        assert node["description"].startswith("One row per "), name
        assert [column["name"] for column in node["columns"].values() if not column["description"]] == [], name


def test_the_key_of_every_mart_is_tested_and_adds_up_money_per_currency(manifest):
    keys = defaultdict(set)
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        if test.get("name") in ("unique", "unique_together"):
            arguments = test["kwargs"]
            keys[node["attached_node"]].add(tuple(sorted(arguments.get("columns") or [arguments["column_name"].strip('"')])))
    for name, node in marts(manifest).items():
        assert keys[node["unique_id"]], name
        if name in MARTS:
            assert tuple(sorted(MARTS[name][0].split())) in keys[node["unique_id"]], name


def test_every_mart_has_a_unit_test(manifest):
    tested = {test["model"] for test in manifest["unit_tests"].values()}
    assert sorted(set(marts(manifest)) - tested) == []


def test_the_focus_files_of_nothing_have_their_columns_and_no_rows(empty, tmp_path):
    for file in export_focus(Warehouse(empty), tmp_path):
        if file.suffix == ".csv":
            header, *lines = file.read_text(encoding="utf-8").splitlines()
            assert lines == [], file.name
            assert len(header.split(",")) > 5
