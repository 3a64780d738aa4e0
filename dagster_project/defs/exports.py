"""What is written from the published file for people and other tools: the report, and the FOCUS datasets."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.defs.models import published_warehouse
from dagster_project.freshness import NIGHTLY
from dagster_project.translators import OWNERS
from pipelines.focus import export_focus, focus_folder
from pipelines.report import report_folder, write_report
from pipelines.start import prepare
from pipelines.warehouse import Warehouse

Writer = Callable[[Warehouse, Path], list[Path]]


def export(name: str, kind: str, about: str, folder_of: Callable[[Warehouse], Path], write: Writer) -> dg.AssetsDefinition:
    """An asset of files that are written from the published file."""

    @dg.asset(
        key=["published", name], deps=[published_warehouse], group_name="published", kinds={kind}, owners=OWNERS,
        description=about, freshness_policy=NIGHTLY,
    )  # fmt: skip
    def files() -> dg.MaterializeResult[Any]:
        _, warehouse = prepare()
        folder = folder_of(warehouse)
        written = write(warehouse, folder)
        lines = [f"- `{path.relative_to(folder)}` {path.stat().st_size / 1000:,.0f} kB" for path in written]
        listed = dg.MetadataValue.md("\n".join(lines))
        return dg.MaterializeResult(metadata={"folder": dg.MetadataValue.path(folder), "files": listed, "count": len(written)})

    return files


REPORT = "The report for people: one page, one workbook, one CSV file per table."
FOCUS = "Cost, usage and invoices by the FOCUS standard, as Parquet and CSV."
report = export("report", "html", REPORT, report_folder, write_report)
focus = export("focus", "parquet", FOCUS, focus_folder, export_focus)
