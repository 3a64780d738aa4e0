"""The graph of assets: complete against the catalogue and the models, and materialised against a simulated account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from dagster_project.definitions import defs
from dagster_project.translators import raw_key
from pipelines.build import PROJECT
from pipelines.i3d.columns import tables
from pipelines.i3d.operation import OPT_IN
from pipelines.i3d.selection import LOADED
from pipelines.query import run_query

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dagster")]
# What names a load or counts calls, not what was loaded.
MOVES = {"api_log", "api_keys", "api_keys_observations", "load_log", "load_health"}
STAMPS = {"_dlt_load_id", "_dlt_id", "asked_at", "checked_at"}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> Any:
    return definitions.resolve_asset_graph()


def test_every_loaded_table_is_an_asset_with_a_description_and_columns(graph):
    for one in LOADED:
        for table in tables(one):
            node = graph.get(raw_key(table))
            assert node.description
            assert node.group_name == one.area
            assert len(node.metadata["dagster/column_schema"].columns) >= len(tables(one)[table])
            assert {place.label for place in node.metadata["dagster/code_references"].code_references} >= {"catalogue"}
            assert (node.freshness_policy is None) == (one.group in OPT_IN)


def test_every_mart_is_downstream_of_the_raw_tables_it_reads_and_upstream_of_the_published_file(graph):
    nodes = json.loads((PROJECT / "target" / "manifest.json").read_bytes())
    nodes = nodes["nodes"] | nodes["sources"]

    def sources(name: str) -> set[str]:
        if nodes[name]["resource_type"] == "source":
            return {nodes[name]["name"]}
        return {table for above in nodes[name].get("depends_on", {}).get("nodes", []) for table in sources(above)}

    published = graph.get(dg.AssetKey(["published", "warehouse"]))
    marts = [(name, node) for name, node in nodes.items() if node["resource_type"] == "model" and node["schema"] == "marts"]
    assert marts
    for name, node in marts:
        key = dg.AssetKey(["marts", node["name"]])
        assert {raw_key(table) for table in sources(name)} <= graph.get_ancestor_asset_keys(key), name
        assert key in published.parent_keys
        assert graph.get(key).freshness_policy


def test_every_test_of_dbt_is_a_check(graph):
    nodes = json.loads((PROJECT / "target" / "manifest.json").read_bytes())["nodes"].values()
    names = {key.name for key in graph.asset_check_keys}
    tested = [node for node in nodes if node["resource_type"] == "test" and node.get("attached_node")]
    assert len(tested) > 100
    assert {node["name"] for node in tested} <= names


def test_the_nightly_job_leaves_a_published_warehouse(night):
    with night.instance() as instance:
        assert night.first.status is dg.DagsterRunStatus.SUCCESS, instance.get_run_stats(night.first.run_id)
    uncommented = "select table_name from duckdb_tables() where schema_name = 'marts' and comment is null"
    assert run_query(night.account.warehouse, uncommented).empty
    assert night.account.query("select count(*) from raw_i3d.pdu_power") > [(0,)]


def test_what_was_built_shows_its_rows_its_columns_and_where_they_come_from(night):
    with night.instance() as instance:
        service = instance.get_latest_materialization_event(dg.AssetKey(["marts", "services"])).asset_materialization
        invoices = instance.get_latest_materialization_event(raw_key("invoices")).asset_materialization
    assert service.metadata["dagster/row_count"].value == night.account.query("select count(*) from marts.services")[0][0]
    assert "service_key" in {column.name for column in service.metadata["dagster/column_schema"].schema.columns}
    origins = service.metadata["dagster/column_lineage"].column_lineage.deps_by_column
    assert {above.asset_key.path[0] for found in origins.values() for above in found} <= {"intermediate", "staging"}
    assert {above.column_name for above in origins["service_key"]} >= {"colocation_id", "flexmetal_server_id"}
    assert {"dagster/row_count", "requests", "seconds", "window", "preview"} <= invoices.metadata.keys()


def test_the_provider_counts_its_services_as_we_do(night):
    key = dg.AssetCheckKey(raw_key("dashboard_services"), "services_as_the_provider_counts_them")
    with night.instance() as instance:
        told = instance.get_latest_asset_check_evaluation_record(key).evaluation
    assert (told.passed, told.metadata["compared"].value) == (True, 4)


def contents(path: Path) -> dict[str, list[Any]]:
    """Every raw table and mart as a sorted list of rows, without what names the load."""
    found = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        listed = "select table_schema, table_name from information_schema.tables where table_schema in ('raw_i3d', 'marts')"
        for schema, table in connection.execute(f"{listed} order by all").fetchall():
            if table in MOVES or table.startswith("_dlt"):
                continue
            names = [row[0] for row in connection.execute(f'describe {schema}."{table}"').fetchall() if row[0] not in STAMPS]
            rows = connection.execute(f"select {', '.join(map(json.dumps, names))} from {schema}.{table}").fetchall()
            found[f"{schema}.{table}"] = sorted(rows, key=repr)
    return found


def test_a_night_under_dagster_leaves_the_warehouse_that_the_command_line_leaves(night, ran, tmp_path):
    ours, theirs = contents(night.account.warehouse.published), contents(ran.warehouse)
    assert len(theirs) > 100
    assert ours.keys() == theirs.keys()
    assert [table for table, rows in theirs.items() if rows != ours[table]] == []
