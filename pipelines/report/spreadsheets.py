"""All rows of the report for finance: a workbook with typed cells, and CSV. No text of an account ever becomes a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.report.layout import NUMBERS, Column, Row, Table

DIGITS = 15  # a spreadsheet keeps no more of a number
FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets count days wrongly
LONGEST_TEXT = 32767
SHEET_NAME = 31
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Texts stay texts, whatever they look like.
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
FORMATS = {
    "money": "#,##0.00####;[Red]-#,##0.00####", "count": "#,##0", "share": "0.0", "day": "yyyy-mm-dd", "month": "yyyy-mm",
    "moment": "yyyy-mm-dd hh:mm",
}  # fmt: skip
WIDTHS = {"money": 15, "number": 14, "count": 11, "share": 11, "day": 12, "month": 10, "moment": 17, "flag": 8}


def columns_of(table: Table) -> list[Column]:
    """The columns of a sheet: the key, what the page shows, the currency; each once."""
    shown = {column.name: column for column in table.shown}
    names = dict.fromkeys([*table.key, *shown, *table.beside])
    return [shown.get(name) or Column(name, name, _form_of(name)) for name in names]


def _form_of(name: str) -> Any:
    return "month" if name == "month" else "day" if name.endswith("_on") or name == "day" else "text"


def frame_of(table: Table, rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as a frame named like the mart, values as the mart has them."""
    names = [column.name for column in columns_of(table)]
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in names}, columns=names)


def write_workbook(path: Path, tables: tuple[Table, ...], frames: Mapping[str, pd.DataFrame]) -> None:
    """One sheet per table: header frozen and filtered, numbers and days typed, NULL an empty cell."""
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": OPTIONS}) as writer:
        for table in tables:
            columns, frame = columns_of(table), frames[table.name]
            cells = pd.DataFrame({one.name: frame[one.name].map(cell_of) for one in columns}, dtype=object)
            cells.to_excel(writer, sheet_name=table.name[:SHEET_NAME], index=False)
            sheet, book = writer.sheets[table.name[:SHEET_NAME]], writer.book
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, max(len(frame), 1), len(columns) - 1)
            for position, column in enumerate(columns):
                shape = book.add_format({"num_format": FORMATS.get(column.form) or _number_format(column)})
                sheet.set_column(position, position, _width(column, frame[column.name]), shape)
                for line, value in enumerate(cells[column.name] if column.form == "month" else (), start=1):
                    if isinstance(value, date):  # pandas gave it the format of a day, which wins over that of the column
                        sheet.write_datetime(line, position, value, shape)


def _number_format(column: Column) -> str:
    """Up to six decimals, as the marts have them."""
    return "#,##0.######" if column.form == "number" else "General"


def cell_of(value: Any) -> Any:
    """What a cell holds: a number where a spreadsheet keeps all of its digits, else text; a day where it can count it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, Decimal)):
        exact = Decimal(value)
        kept = len(exact.normalize().as_tuple().digits) <= DIGITS
        return (int(value) if isinstance(value, int) else float(value)) if kept else f"{exact:f}"
    if isinstance(value, date):
        is_countable = (value.date() if isinstance(value, datetime) else value) >= FIRST_DAY
        return value if is_countable else value.isoformat()
    return str(value)[:LONGEST_TEXT]


def write_csv(path: Path, table: Table, frame: pd.DataFrame) -> None:
    """UTF-8 with a mark, so that spreadsheets know it. A text that one would run as a formula begins with an apostrophe."""
    words = [one.name for one in columns_of(table) if one.form not in NUMBERS]
    safe = frame.assign(**{name: frame[name].map(harmless) for name in words})
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def harmless(value: Any) -> Any:
    """The value, an apostrophe before a text that begins like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _width(column: Column, values: pd.Series[Any]) -> int:
    longest = max((len(str(value)) for value in values.head(200) if value is not None), default=0)
    return max(len(column.name) + 3, WIDTHS.get(column.form) or min(longest + 2, 60))
