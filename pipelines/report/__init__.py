"""The report for people: one page that needs nothing but itself, one workbook, one CSV file per table. From the marts only.

`sections/` says what is shown, `contents.py` reads it, `page.py` and `charts.py` draw it, `spreadsheets.py` writes it
down in full.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.report.contents import read_contents
from pipelines.warehouse import Warehouse, in_one_step, storage_errors

PAGE, WORKBOOK, SHEETS = "report.html", "report.xlsx", "csv"


def report_folder(warehouse: Warehouse) -> Path:
    """Where the report of a warehouse lies unless somebody wants it elsewhere."""
    return warehouse.folder / "report"


def write_report(warehouse: Warehouse, out: Path) -> list[Path]:
    """Writes the report of the published file into a folder, each file in one step; the paths, the page first.

    Raises UsageError where nothing is published yet or its marts are those of another version, StorageError when the disk
    gives out.
    """
    from pipelines.report.page import render_page
    from pipelines.report.sections import SECTIONS, TABLES
    from pipelines.report.spreadsheets import frame_of, write_csv, write_workbook

    contents = read_contents(warehouse, TABLES)
    page = render_page(SECTIONS, contents, WORKBOOK)
    frames = {table.name: frame_of(table, contents.rows[table.name]) for table in TABLES}
    with storage_errors(out):
        (out / SHEETS).mkdir(parents=True, exist_ok=True)
        written = [
            in_one_step(out / PAGE, lambda path: path.write_text(page, encoding="utf-8")),
            in_one_step(out / WORKBOOK, lambda path: write_workbook(path, TABLES, frames)),
        ]
        for table in TABLES:
            path = out / SHEETS / f"{table.name}.csv"
            written.append(in_one_step(path, lambda path, table=table: write_csv(path, table, frames[table.name])))  # type: ignore[misc]
    return written
