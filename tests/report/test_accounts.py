"""Reports of accounts that are not the demo: one of a thousand services, one whose texts are hostile, one not built yet."""

from __future__ import annotations

import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from audit import Demo
from figures import Marts, Page, check

from pipelines.errors import UsageError
from pipelines.report import write_report
from pipelines.warehouse import Warehouse

pytestmark = pytest.mark.slow
TIMES = 28  # the demo has 36 services
IDENTIFIERS = (
    "service_key", "colocation_id", "invoice_id", "server_uuid", "pdu_id", "location_id", "exception_id", "reconciliation_id", "expected_charge_id",
)  # fmt: skip
HOSTILE = "<script>alert(1)</script>\"'&=cmd|' /C calc'!A0"


@pytest.fixture
def copy(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the demo's published file, to be changed."""
    return Path(shutil.copy(demo.warehouse, tmp_path / "warehouse.duckdb"))


def report_of(path: Path) -> tuple[Page, Path]:
    folder = path.parent / "out"
    write_report(Warehouse(path), folder)
    return Page(folder / "report.html"), folder


def tables(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Type by column, by mart."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    sql = "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts'"
    for mart, column, kind in connection.execute(sql).fetchall():
        found[mart][column] = kind
    return found


def multiply(path: Path) -> None:
    """Every service, rack, invoice and server many times over, each with ids of its own."""
    with duckdb.connect(str(path)) as connection:
        for mart, columns in tables(connection).items():
            changed = [f"{name} || '-' || copies.n as {name}" for name in IDENTIFIERS if name in columns]
            if changed:
                connection.execute(
                    f"insert into marts.{mart} select rows.* replace ({', '.join(changed)}) "
                    f"from marts.{mart} as rows cross join range(1, {TIMES}) as copies (n)"
                )


def test_an_account_of_a_thousand_services_has_a_report_of_bearable_size(copy):
    multiply(copy)
    page, folder = report_of(copy)
    marts = Marts(copy)
    assert marts.rows("select count(*) as n from marts.services")[0]["n"] > 1000
    assert (folder / "report.html").stat().st_size < 5_000_000
    for figure in page.figures:
        check(figure, marts)
    totals = {
        row["currency_code"]: row["amount"]
        for row in marts.rows("select currency_code, sum(amount) as amount from marts.cost_by_service_month "
                              "where month = (select previous_month from marts.clock) group by all")
    }  # fmt: skip
    found = defaultdict(Decimal, page.rests["cost_by_service"].amounts)
    for figure in page.figures:
        if figure.table == "cost_by_service" and figure.column == "amount":
            found[figure.text[:3]] += Decimal(figure.value)
    assert found == totals


def test_texts_of_an_account_stay_texts(copy):
    with duckdb.connect(str(copy)) as connection:
        for mart, columns in tables(connection).items():
            free = [name for name in columns if name in ("service_name", "location", "location_name", "description", "message")]
            if free:
                connection.execute(f"update marts.{mart} set {', '.join(f'{name} = ?' for name in free)}", [HOSTILE] * len(free))
    page, folder = report_of(copy)
    assert "script" not in page.tags
    assert not [name for name in page.attributes if name.startswith("on")]
    assert HOSTILE in [figure.text for figure in page.figures]
    marts = Marts(copy)
    for figure in page.figures:
        check(figure, marts)
    cells = [cell for sheet in openpyxl.load_workbook(folder / "report.xlsx") for row in sheet for cell in row]
    assert {cell.data_type for cell in cells if cell.value == HOSTILE} == {"s"}
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_what_is_unknown_is_never_a_zero(copy):
    with duckdb.connect(str(copy)) as connection:
        connection.execute("update marts.power_by_colocation_month set energy_kwh = null, cost_amount = null, reason = 'no_telemetry'")
        connection.execute("update marts.cost_by_service_month set amount = null, reason = 'unpriced'")
        connection.execute("update marts.bandwidth_by_service_day set commit_mbit = null, p95_mbit = null")
    page, _ = report_of(copy)
    cost = [figure.text for figure in page.figures if figure.table == "cost_by_service" and figure.column in ("amount", "reason")]
    assert set(cost) == {"unknown", "unpriced"}
    power = [figure.text for figure in page.figures if figure.table == "power_closed" and figure.column == "energy_kwh"]
    assert set(power) == {"unknown"}


def test_a_file_of_another_version_is_one_sentence(copy, tmp_path):
    with duckdb.connect(str(copy)) as connection:
        connection.execute("drop table marts.clock")
    with pytest.raises(UsageError, match="was built by another version.* Run `i3d build`"):
        write_report(Warehouse(copy), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_without_a_published_file_there_is_no_report(tmp_path):
    with pytest.raises(UsageError, match="There is no warehouse"):
        write_report(Warehouse(tmp_path / "none.duckdb"), tmp_path / "out")
