"""From the report of a load to what Dagster shows of each table: rows, requests, seconds, window, preview, checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg

from dagster_project.translators import raw_key, raw_tables
from pipelines.i3d.columns import tables
from pipelines.i3d.load import Report
from pipelines.i3d.operation import Operation
from pipelines.warehouse import RAW, Warehouse

LOADED_CHECK, FIELDS_CHECK = "loaded", "no_unknown_fields"
PREVIEW_ROWS, PREVIEW_COLUMNS, PREVIEW_WIDTH = 5, 8, 40
Event = dg.MaterializeResult[Any] | dg.AssetCheckResult


def check_specs(operations: Iterable[Operation]) -> list[dg.AssetCheckSpec]:
    """Two checks of each operation's table: whether it loaded, and whether the API sent fields the catalogue does not know."""
    keys = [raw_key(one.table) for one in operations]
    loaded = [dg.AssetCheckSpec(LOADED_CHECK, asset=key, description="The last load of the table went well.") for key in keys]
    fields = "The API sent no field that the catalogue does not know."
    return loaded + [dg.AssetCheckSpec(FIELDS_CHECK, asset=key, description=fields) for key in keys]


def events(report: Report, warehouse: Warehouse, selected: Iterable[dg.AssetKey], window: str) -> Iterator[Event]:
    """A materialization of each selected table that loaded, and the checks of each table that was asked."""
    wanted = set(selected)
    for row in report.tables:
        operation, _ = raw_tables()[row["table_name"]]
        if row["status"] == "loaded":
            for table in tables(operation):
                if raw_key(table) in wanted:
                    yield dg.MaterializeResult(raw_key(table), metadata=_metadata(row, table, warehouse, window))
        if raw_key(operation.table) in wanted:
            yield from _checks(row)


def _metadata(row: Mapping[str, Any], table: str, warehouse: Warehouse, window: str) -> dict[str, Any]:
    main = {"source_count": row["source_count"], "missing_count": row["missing_count"]} if table == row["table_name"] else {}
    with warehouse.session() as ask:
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
    lines = [names, ["---"] * len(names), *([_cell(row[name]) for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: Any) -> str:
    text = "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
    return text if len(text) <= PREVIEW_WIDTH else text[: PREVIEW_WIDTH - 1] + "…"


def _checks(row: Mapping[str, Any]) -> Iterator[dg.AssetCheckResult]:
    key = raw_key(row["table_name"])
    denied = row["status"] == "denied"
    yield dg.AssetCheckResult(
        passed=row["status"] == "loaded", check_name=LOADED_CHECK, asset_key=key,
        severity=dg.AssetCheckSeverity.WARN if denied else dg.AssetCheckSeverity.ERROR,
        metadata={"status": row["status"], "message": row["message"] or ""},
    )  # fmt: skip
    yield dg.AssetCheckResult(
        passed=not row["unknown_fields"], check_name=FIELDS_CHECK, asset_key=key,
        severity=dg.AssetCheckSeverity.WARN, metadata={"unknown_fields": row["unknown_fields"] or "[]"},
    )  # fmt: skip
