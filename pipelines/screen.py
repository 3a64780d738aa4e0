"""What people see in the terminal: progress bars, tables, one sentence for an error. Decides nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from pipelines.build import Build
from pipelines.i3d.catalogue import OPERATIONS
from pipelines.i3d.fetch import Part
from pipelines.i3d.load import Report
from pipelines.i3d.operation import OPT_IN

out = Console()
err = Console(stderr=True)


class Ticker:
    """Counts requests and rows while a load runs, beside how much is still to come."""

    def __init__(self, progress: Progress, label: str) -> None:
        self.progress, self.task = progress, progress.add_task(label, total=None, said="")
        self.requests = self.rows = self.expected = 0

    def expect(self, jobs: int) -> None:
        """Called before lists, details or windows are read, with their number."""
        self.expected += jobs
        self.progress.update(self.task, total=self.expected)

    def __call__(self, part: Part) -> None:
        """Called once for every list, detail or window that was read."""
        self.requests += part.requests
        self.rows += part.count
        rate = self.rows / (self.progress.tasks[self.task].elapsed or 1)
        said = f"{part.job.operation.table:<28} {self.requests:>6,} requests {self.rows:>10,} rows {rate:>9,.0f} rows/s"
        self.progress.update(self.task, advance=1, said=said)


@contextmanager
def ticking(label: str) -> Iterator[Ticker]:
    """A progress line on standard error with the time left, gone when the work is done and absent where nobody looks."""
    line = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(20), TextColumn("{task.fields[said]}"))
    times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*line, *times, console=err, transient=True, disable=not err.is_terminal) as progress:
        yield Ticker(progress, label)


@contextmanager
def working(label: str) -> Iterator[None]:
    """A spinner on standard error."""
    with err.status(label):
        yield


def show_error(error: Exception) -> None:
    """One sentence on standard error."""
    err.print(f"Error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)


def show_areas(report: Report) -> None:
    """A load by area, and below it every table that was denied or failed, with the reason."""
    table = Table("Area", title=f"Load {report.run_id}", title_justify="left")
    for name in ("Tables", "Rows", "Requests", "Seconds", "Denied", "Failed"):
        table.add_column(name, justify="right")
    areas: dict[str, list[dict[str, Any]]] = {}
    for row in report.tables:
        areas.setdefault(row["area"], []).append(row)
    for area, rows in areas.items():
        statuses = [row["status"] for row in rows]
        totals = (
            len(rows), sum(row["row_count"] for row in rows), sum(row["requests"] for row in rows),
            f"{sum(row['seconds'] for row in rows):.1f}", statuses.count("denied"), statuses.count("failed"),
        )  # fmt: skip
        table.add_row(area, *(str(item) for item in totals))
    out.print(table)
    show_exceptions(report.tables)


def show_opt_in() -> None:
    """What a load leaves out unless asked, and why."""
    for group in sorted(OPT_IN):
        members = [one for one in OPERATIONS if one.group == group and one.table]
        reasons = "; ".join(dict.fromkeys(one.reason for one in members))
        out.print(f"Not loaded by default: {group}, {len(members)} tables ({reasons}).", markup=False, soft_wrap=True)


def show_exceptions(rows: Iterable[dict[str, Any]]) -> None:
    """One line for every table that was not loaded."""
    for row in rows:
        if row["status"] != "loaded":
            out.print(f"{row['table_name']}: {row['status']}. {row['message']}", markup=False, soft_wrap=True)


def show_build(build: Build) -> None:
    """What was built and tested, and whether it was published."""
    for line in build.failed:
        out.print(f"Failed test {line}", style="red", markup=False, soft_wrap=True)
    fate = "published" if build.published else "not published: the published file is as before"
    out.print(f"Built {build.models} models, ran {build.tests} tests: {fate}.")


def show_rows(names: list[str], rows: Iterable[Iterable[Any]], title: str = "") -> None:
    """Any rows as a table."""
    table = Table(*names, title=title or None, title_justify="left")
    for row in rows:
        table.add_row(*("" if item is None else escape(str(item)) for item in row))
    out.print(table)


def show_json(value: Any) -> None:
    """Plain JSON, fit for a pipe."""
    out.file.write(json.dumps(value, indent=2, default=str, ensure_ascii=False) + "\n")
