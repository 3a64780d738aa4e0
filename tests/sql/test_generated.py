"""The files that `pipelines.generate` writes say what the catalogue says."""

from __future__ import annotations

import pytest
import yaml

from pipelines import generate
from pipelines.i3d.catalogue import OPERATIONS


@pytest.mark.parametrize("path", generate.FILES, ids=lambda path: path.name)
def test_a_generated_file_is_current(path):
    assert path.read_text(encoding="utf-8") == generate.FILES[path](), "run `python -m pipelines.generate`"


def test_every_operation_has_its_line_in_the_list_of_endpoints():
    lines = generate.write_endpoints().splitlines()
    for operation in OPERATIONS:
        start = f"| {operation.method} | `{operation.path}` | `{operation.name}` |"
        assert sum(line.startswith(start) for line in lines) == 1, operation.name


def test_every_raw_table_and_column_is_described_to_dbt():
    [source] = yaml.safe_load(generate.write_sources())["sources"]
    declared = {table["name"]: table for table in source["tables"]}
    assert len(declared) == len(source["tables"])
    assert {"load_log", "dedicated_servers", "dedicated_servers_observations", "dedicated_servers_history"} <= set(declared)
    assert all(table["description"] for table in declared.values())
    metas = [column["config"]["meta"] for table in declared.values() for column in table["columns"]]
    assert all(meta["sensitivity"] in ("public", "business", "personal") for meta in metas)
    price = next(column for column in declared["colocations"]["columns"] if column["name"] == "price_per_month")
    assert price["config"]["meta"] == {"sensitivity": "business", "unit": "cents, as text"}


def test_a_key_is_unique_only_where_it_is_one_column_of_a_table_without_versions():
    [source] = yaml.safe_load(generate.write_sources())["sources"]
    tested = {table["name"] for table in source["tables"] for column in table["columns"] if "data_tests" in column}
    assert "colocations" in tested
    assert not tested & {"colocations_history", "colocations_observations", "load_log", "ping_sites"}


def test_the_check_names_a_stale_file_and_writes_nothing(tmp_path, monkeypatch, capsys):
    path = tmp_path / "docs" / "endpoints.md"
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "FILES", {path: lambda: "new"})
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().out == "stale: docs/endpoints.md\n"
    assert not path.exists()
    assert generate.main([]) == 0
    assert path.read_text() == "new"
    assert generate.main(["--check"]) == 0
