"""The graph of assets: complete against the catalogue and the models, and materialised against a simulated account."""

from __future__ import annotations

import dagster as dg
import pytest

from dagster_project.definitions import defs
from dagster_project.translators import raw_key
from pipelines.i3d.columns import tables
from pipelines.i3d.selection import LOADED
from pipelines.query import run_query

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dagster")]


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


def test_every_loaded_table_is_an_asset_with_a_description_and_columns(definitions):
    graph = definitions.resolve_asset_graph()
    for one in LOADED:
        for table in tables(one):
            node = graph.get(raw_key(table))
            assert node.description
            assert node.group_name == one.area
            assert len(node.metadata["dagster/column_schema"].columns) >= len(tables(one)[table])


def test_every_mart_is_downstream_of_raw_tables_and_upstream_of_the_published_file(definitions):
    graph = definitions.resolve_asset_graph()
    marts = [key for key in graph.get_all_asset_keys() if key.path[0] == "marts"]
    assert marts
    published = graph.get(dg.AssetKey(["published", "warehouse"]))
    for mart in marts:
        assert any(key.path[0] == "raw_i3d" for key in graph.get_ancestor_asset_keys(mart)), mart
        assert mart in published.parent_keys


def test_the_nightly_job_leaves_a_published_warehouse(definitions, account, monkeypatch):
    made = account(history_days=1)
    now = made.world.clock.now()
    for name, value in {
        "I3D_BASE_URL": made.settings.base_url, "I3D_API_TOKEN": made.world.token, "I3D_AS_OF": now.isoformat(),
        "I3D_WAREHOUSE": str(made.warehouse.published), "I3D_HISTORY_DAYS": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("nightly").execute_in_process(
            instance=instance, partition_key=f"{now:%Y-%m-%d}", raise_on_error=False
        )
    failures = [event.message for event in result.all_events if event.is_failure]
    assert result.success, failures
    uncommented = "select table_name from duckdb_tables() where schema_name = 'marts' and comment is null"
    assert run_query(made.warehouse, uncommented).empty
    assert made.query("select count(*) from raw_i3d.pdu_power") > [(0,)]
