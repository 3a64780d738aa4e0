"""Every column that people read is described, in the dictionary and inside the published file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from audit import Demo

from pipelines.build import PROJECT, environment
from pipelines.dictionary import UNTOLD, Entry, Item, read_dictionary, unit_of
from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.catalogue.vocabulary import COLUMNS, EXCEPTIONS, UNITS
from pipelines.i3d.columns import OWN_TABLES, tables
from pipelines.warehouse import Warehouse, reading

ENTRIES = read_dictionary()
ITEMS = [(entry, item) for entry in ENTRIES for item in entry.columns.values()]
READ = "('marts', 'ops', 'settings', 'staging', 'raw_i3d')"


def where(entry: Entry, item: Item) -> str:
    return f"{entry.schema}.{entry.name}.{item.name}"


def test_no_column_lacks_a_description_a_type_or_a_class() -> None:
    assert len(ITEMS) > 1500
    assert {entry.schema for entry in ENTRIES} == {"marts", "ops", "settings", "staging", "raw_i3d", "intermediate"}
    assert [entry.name for entry in ENTRIES if not entry.description] == []
    assert [where(*pair) for pair in ITEMS if not pair[1].description or not pair[1].type] == []
    assert {item.sensitivity for _, item in ITEMS} == {"public", "business", "personal"}


def test_every_amount_names_its_currency() -> None:
    decimals = [(entry, item) for entry, item in ITEMS if item.type.startswith("decimal")]
    amounts = [pair for pair in decimals if "amount" in pair[1].name or pair[1].unit.startswith(("units of", "smallest unit"))]
    assert len(amounts) > 60
    assert [where(*pair) for pair in amounts if not pair[1].currency] == []
    untold = {entry.name for entry, item in ITEMS if item.currency == UNTOLD}
    assert untold == {"calc_configs", "calc_locations", "calc_order_details"}


def test_a_unit_follows_from_the_name() -> None:
    expected = {
        "energy_kwh": "kWh", "burst_minutes_left": "min", "used_mbit_low": "Mbit/s", "service_key": "",
        "price_per_kwh": "units of the currency per kWh", "monthly_price": "units of the currency per month",
        "mean_bytes_per_day": "bytes per day", "excl_minor": "smallest unit of the currency",
        "quantity_raw": "as the API wrote it",
    }  # fmt: skip
    assert {name: unit_of(name) for name in expected} == expected


def test_the_vocabulary_holds_nothing_that_no_table_has() -> None:
    columns = {table: set(found) for one in BY_TABLE.values() for table, found in tables(one).items()}
    columns |= {table: set(found) for table, (_, found) in OWN_TABLES.items()}
    names = set().union(*columns.values())
    assert set(COLUMNS) - names == {"_dlt_id", "_dlt_load_id"}
    assert set(UNITS) - names == set()
    assert [key for key in EXCEPTIONS if key.split(".")[1] not in columns[key.split(".")[0]]] == []


def test_a_json_column_is_as_sensitive_as_what_it_holds() -> None:
    [found] = [entry for entry in ENTRIES if (entry.schema, entry.name) == ("raw_i3d", "invoice_details")]
    assert found.columns["client_details"].sensitivity == "personal"
    assert found.columns["items"].sensitivity == "business"


def test_the_published_file_has_these_columns_and_says_what_they_are(demo: Demo) -> None:
    with reading(demo.warehouse) as connection:
        there = connection.execute(
            "select schema_name, table_name, column_name, lower(data_type), comment from duckdb_columns()"
            f" where schema_name in {READ} and not starts_with(table_name, '_dlt')"
        ).fetchall()
        unsaid = connection.execute(
            "select table_name from duckdb_tables() where comment is null union all"
            " select view_name from duckdb_views() where comment is null and not internal"
            f" union all select column_name from duckdb_columns() where comment is null and schema_name in {READ}"
        ).fetchall()
    types = {"timestamptz": "timestamp with time zone"}
    expected = {
        (entry.schema, entry.name, item.name): (types.get(item.type, item.type).replace(" ", ""), item.comment)
        for entry, item in ITEMS
    }
    assert {tuple(row[:3]): (row[3].replace(" ", ""), row[4]) for row in there} == expected
    assert unsaid == []


def pseudonyms(connection: duckdb.DuckDBPyConnection, schema: str, table: str, column: str) -> set[str]:
    """What looks like a keyed hash in a column."""
    tokens = f"unnest(regexp_extract_all(\"{column}\"::varchar, '[0-9a-f]{{32}}'))"
    return {row[0] for row in connection.execute(f'select distinct {tokens} from {schema}."{table}"').fetchall()}


def test_no_model_holds_a_pseudonym_without_saying_so(demo: Demo) -> None:
    def texts(*schemas: str) -> list[tuple[Entry, Item]]:
        return [(entry, item) for entry, item in ITEMS if entry.schema in schemas and item.type in ("varchar", "json")]

    with reading(demo.warehouse) as connection:
        known: set[str] = set()
        for entry, item in texts("raw_i3d"):
            if item.sensitivity == "personal":
                known |= pseudonyms(connection, entry.schema, entry.name, item.name)
        assert len(known) > 50
        for entry, item in texts("marts", "staging"):
            found = known & pseudonyms(connection, entry.schema, entry.name, item.name)
            assert item.sensitivity == "personal" or not found, where(entry, item)


@pytest.mark.slow
@pytest.mark.xdist_group("dbt docs")
def test_dbt_writes_its_own_pages_offline(demo: Demo, tmp_path: Path) -> None:
    copy = Warehouse(tmp_path / "warehouse.duckdb")
    copy.private.parent.mkdir()
    copy.private.write_bytes(demo.warehouse.read_bytes())
    command = [sys.executable, "-m", "dbt.cli.main", "docs", "generate", "--static", "--select", "services"]
    folders = {"project-dir": PROJECT, "profiles-dir": PROJECT, "target-path": tmp_path, "log-path": tmp_path}
    command += [word for name, path in folders.items() for word in (f"--{name}", str(path))]
    subprocess.run(command, env=environment(copy, None), check=True, capture_output=True)
    catalog = json.loads((tmp_path / "catalog.json").read_text())
    services = catalog["nodes"]["model.i3d.services"]
    assert re.match("One row per service", services["metadata"]["comment"])
    assert services["columns"]["service_key"]["comment"].startswith("`<service_type>")
    assert (tmp_path / "static_index.html").stat().st_size > 10**6


def test_duckdb_takes_a_quote_in_a_comment() -> None:
    from pipelines.comments import _statements

    connection = duckdb.connect()
    connection.execute('create schema marts; create table marts.services (service_key varchar, "odd""one" int)')
    item = Item('odd"one', "int", "It's a column.", "business")
    entry = Entry("marts", "services", "One row per service's key.", {item.name: item})
    for statement in _statements(connection, {("marts", "services"): entry}):
        connection.execute(statement)
    said = connection.execute("select comment from duckdb_columns() where comment is not null").fetchall()
    assert said == [("It's a column.",)]
    assert [*_statements(connection, {("marts", "services"): entry})] == []
