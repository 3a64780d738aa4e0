"""The workbook and the CSV files of the demo: every cell is the value of its mart, typed; nothing in them can run."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from audit import Demo
from figures import Marts, Page

from pipelines.report.sections import TABLES
from pipelines.report.spreadsheets import cell_of, harmless

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(demo: Demo) -> Path:
    return demo.warehouse.parent / "report"


@pytest.fixture(scope="module")
def sheets(folder: Path) -> dict[str, pd.DataFrame]:
    return pd.read_excel(folder / "report.xlsx", sheet_name=None, dtype=object, keep_default_na=False, na_values=[""])


def test_every_cell_of_the_workbook_is_the_value_of_its_mart(sheets, demo):
    marts, cells = Marts(demo.warehouse), 0
    for table in TABLES:
        for record in sheets[table.name].to_dict("records"):
            key = "|".join(keyed(record[name]) for name in table.key)
            row = marts.row(table.mart, table.key, key)
            for name, found in record.items():
                if name in row and not pd.isna(found):
                    exact = row[name]
                    assert equal(exact, found), f"{table.name}.{name} of {key}: {exact!r} became {found!r}"
                    cells += 1
                elif name in row:
                    assert row[name] in (None, ""), f"{table.name}.{name} of {key}: {row[name]!r} is missing"
    assert cells > 4000


def equal(exact: object, found: object) -> bool:
    """Whether a reader of spreadsheets finds the value of a mart."""
    if isinstance(exact, (int, Decimal)) and not isinstance(exact, bool):
        return Decimal(str(found)) == exact
    if isinstance(exact, date):
        return abs(found - pd.Timestamp(exact)) < pd.Timedelta("1ms")
    return exact == found


def keyed(value: object) -> str:
    """The text of a part of a key as the page writes it: days without a time, nothing for nothing."""
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else "" if pd.isna(value) else str(value)


def test_the_workbook_has_all_rows_of_what_the_page_cuts(sheets, folder):
    page = Page(folder / "report.html")
    assert page.rests
    for name, rest in page.rests.items():
        shown = {figure.row for figure in page.figures if figure.table == name}
        assert len(sheets[name]) == len(shown) + rest.count


def test_sheets_are_frozen_filtered_and_formatted(folder):
    book = openpyxl.load_workbook(folder / "report.xlsx")
    assert book.sheetnames == [table.name for table in TABLES]
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
    costs = book["cost_by_service"]
    heads = {cell.value: cell.column_letter for cell in costs[1]}
    amount, month = costs[f"{heads['amount']}2"], costs[f"{heads['month']}2"]
    assert (amount.data_type, month.is_date) == ("n", True)
    assert (amount.number_format, month.number_format) == ("#,##0.00####;[Red]-#,##0.00####", "yyyy-mm")
    assert costs.column_dimensions[heads["service_key"]].width > len("colocation:193001")


def test_csv_has_every_digit(folder, demo):
    marts = Marts(demo.warehouse)
    for table in TABLES:
        with (folder / "csv" / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for record in csv.DictReader(file):
                row = marts.row(table.mart, table.key, "|".join(record[name].removeprefix("'") for name in table.key))
                for name in record.keys() & row.keys():
                    exact = row[name]
                    said = "" if exact is None else f"{exact:f}" if isinstance(exact, Decimal) else str(exact)
                    assert record[name] == said, f"{table.name}.{name}"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_looks_like_a_formula_is_written_as_text(start):
    assert harmless(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert harmless("plain = text") == "plain = text"
    assert harmless(Decimal("-5")) == Decimal("-5")


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_written_as_text():
    assert cell_of(Decimal("12345678901.2345")) == 12345678901.2345
    assert cell_of(Decimal("123456789012.3456")) == "123456789012.3456"
    assert cell_of(Decimal("-0.0100")) == -0.01
    assert cell_of(10**17 + 1) == str(10**17 + 1)
    assert cell_of(date(1899, 12, 31)) == "1899-12-31"
    assert cell_of(None) is None
