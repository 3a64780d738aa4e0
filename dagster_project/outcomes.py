"""From the report of a load to what Dagster shows of each table: rows, requests, seconds, window, preview, checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION

from dagster_project.translators import raw_key, raw_tables
from pipelines.errors import RepeatedPageError, ShrunkError
from pipelines.i3d.columns import tables
from pipelines.i3d.gaps import COVERED_DAYS, coverage
from pipelines.i3d.landing import GUARDED
from pipelines.i3d.load import Report
from pipelines.i3d.operation import Operation
from pipelines.markdown import table as markdown_table
from pipelines.warehouse import RAW, Rows, Warehouse

LOADED_CHECK, FIELDS_CHECK, WHOLE_CHECK, COVERAGE_CHECK = "loaded", "no_unknown_fields", "not_truncated", "days_are_complete"
LEAST_COVERAGE = 95  # as bandwidth and power need it to be billing grade
CUT = (ShrunkError, RepeatedPageError)
# A table that kept its old rows is no materialization, yet what is built on it has to go on: without an output Dagster would
# skip all of that. This mark, which it has for observed sources, makes an output that says nothing of the asset.
KEPT = {SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION: True}
PREVIEW_ROWS, PREVIEW_COLUMNS, PREVIEW_WIDTH = 5, 8, 40
ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
Event = dg.MaterializeResult[Any] | dg.AssetCheckResult


def checks_of(operation: Operation) -> dict[str, str]:
    """The checks of an operation's table, and what each means."""
    found = {
        LOADED_CHECK: "The last load of the table went well.",
        FIELDS_CHECK: "The API sent no field that the catalogue does not know.",
    }
    if operation.paged or (operation.mode in GUARDED and not operation.may_shrink):
        found[WHOLE_CHECK] = "The list came whole: no page repeated, no more rows lost at once than a real account loses."
    if operation.unpacks:
        found[COVERAGE_CHECK] = f"The last {COVERED_DAYS} days have at least {LEAST_COVERAGE} % of their samples."
    return found


def check_specs(operations: Iterable[Operation]) -> list[dg.AssetCheckSpec]:
    """The checks of these operations' tables."""
    return [
        dg.AssetCheckSpec(name, asset=raw_key(one.table), description=about)
        for one in operations for name, about in checks_of(one).items()
    ]  # fmt: skip


def events(report: Report, warehouse: Warehouse, selected: Iterable[dg.AssetKey], window: str) -> Iterator[Event]:
    """A materialization of each selected table that loaded, and the checks of each table that was asked."""
    wanted = set(selected)
    with warehouse.session() as ask:
        for row in report.tables:
            operation, _ = raw_tables()[row["table_name"]]
            for table in tables(operation):
                if raw_key(table) in wanted:
                    told = _metadata(row, table, ask, window) if row["status"] == "loaded" else KEPT
                    yield dg.MaterializeResult(raw_key(table), metadata=told)
            if raw_key(operation.table) in wanted:
                yield from _checks(report, row, operation, ask)


def _metadata(row: Mapping[str, Any], table: str, ask: Rows, window: str) -> dict[str, Any]:
    main = {"source_count": row["source_count"], "missing_count": row["missing_count"]} if table == row["table_name"] else {}
    count = ask(f"select count(*) as n from {RAW}.{table}")[0]["n"]  # noqa: S608
    rows = ask(f"select * from {RAW}.{table} limit {PREVIEW_ROWS}")  # noqa: S608
    return {
        "dagster/row_count": count, **main, "requests": row["requests"], "seconds": row["seconds"], "window": window,
        "as_of": row["as_of"].isoformat(), "message": row["message"] or "", "preview": dg.MetadataValue.md(preview(rows)),
    }  # fmt: skip


def preview(rows: list[dict[str, Any]]) -> str:
    """A few rows and columns as a markdown table."""
    if not rows:
        return "*no rows*"
    names = [name for name in rows[0] if not name.startswith("_dlt")][:PREVIEW_COLUMNS]
    return "\n".join(markdown_table(names, ([_cell(row[name]) for name in names] for row in rows)))


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= PREVIEW_WIDTH else text[: PREVIEW_WIDTH - 1] + "…"


def _checks(report: Report, row: Mapping[str, Any], operation: Operation, ask: Rows) -> Iterator[dg.AssetCheckResult]:
    """The results of a table's checks. A right that the key lacks is a warning: nothing is broken."""
    said = {"status": row["status"], "message": row["message"] or ""}
    severity = WARN if row["status"] == "denied" else ERROR
    unknown = row["unknown_fields"]
    results = {
        LOADED_CHECK: (row["status"] == "loaded", severity, said),
        FIELDS_CHECK: (not unknown, WARN, {"unknown_fields": unknown or "[]"}),
        WHOLE_CHECK: (not isinstance(report.errors.get(operation.table), CUT), ERROR, said),
    }
    for name in checks_of(operation):
        passed, severity, metadata = results[name] if name in results else _covered(operation, row, ask)
        yield dg.AssetCheckResult(
            passed=passed, check_name=name, asset_key=raw_key(operation.table), severity=severity, metadata=metadata,
        )  # fmt: skip


def _covered(operation: Operation, row: Mapping[str, Any], ask: Rows) -> tuple[bool, dg.AssetCheckSeverity, dict[str, Any]]:
    found = coverage(ask, operation.table, row["as_of"])
    metadata = {"samples": found.samples, "expected": found.expected, "short_days": found.short_days}
    told = {"coverage_pct": found.pct} if found.pct is not None else {}
    return found.pct is None or found.pct >= LEAST_COVERAGE, WARN, metadata | told
