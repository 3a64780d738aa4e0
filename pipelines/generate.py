"""Writes the files that say again, for other readers, what the catalogue says: dbt's sources and the list of endpoints.

`python -m pipelines.generate` writes them, `--check` only says whether they are current. What a person writes by hand
does not belong here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines.i3d.catalogue import AREAS, OPERATIONS
from pipelines.i3d.columns import OWN_TABLES, Column, Columns, tables
from pipelines.i3d.operation import Operation
from pipelines.warehouse import RAW

ROOT = Path(__file__).resolve().parent.parent
# Only a warning: a repeated row in a list that no model reads should not hold back the others.
UNIQUE = {"unique": {"config": {"severity": "warn"}}}
HEADINGS = (
    "method", "path", "name", "kind", "tables", "group", "by default", "paged", "window", "risk", "what it is, or why not",
)  # fmt: skip


def write_sources() -> str:
    """dbt's sources: every raw table, its columns, what is sensitive in them and in which unit they are."""
    lines = [
        "# Written by `python -m pipelines.generate` from the catalogue: change it there.",
        "version: 2",
        "",
        "sources:",
        f"  - name: {RAW}",
        f"    schema: {RAW}",
        "    description: What the API said, minus what must never land.",
        "    tables:",
    ]
    for table, (description, columns) in OWN_TABLES.items():
        lines += _source(table, description, columns, {})
    for operation in (line for line in OPERATIONS if line.table):
        for table, columns in tables(operation).items():
            meta = {"area": operation.area, "group": operation.group, "operation": operation.name}
            lines += _source(table, describe(operation, table), columns, meta)
    return "\n".join(lines) + "\n"


def write_endpoints() -> str:
    """A page with one table per area of the API and one line per operation."""
    counts = {kind: sum(line.kind == kind for line in OPERATIONS) for kind in ("loaded", "on_demand", "write")}
    lines = [
        "<!-- Written by `python -m pipelines.generate` from the catalogue: change it there. -->",
        "# Endpoints",
        "",
        f"All {len(OPERATIONS)} operations of the API: {counts['loaded']} are loaded as tables,"
        f" {counts['on_demand']} are read on demand (`i3d get`), {counts['write']} are writes."
        " Risk runs from 0 to 5, and 5 is locked. What is not loaded by default loads when `--select` names it.",
    ]
    for area in AREAS:
        title = area.replace("_", " ").capitalize()
        lines += ["", f"## {title}", "", *_rows(line for line in OPERATIONS if line.area == area)]
    return "\n".join(lines) + "\n"


FILES: Mapping[Path, Callable[[], str]] = {
    ROOT / "sql" / "models" / "staging" / "_sources.yml": write_sources,
    ROOT / "docs" / "endpoints.md": write_endpoints,
}


def stale() -> list[Path]:
    """The generated files that do not say what the catalogue says now."""
    return [path for path, text in FILES.items() if not path.exists() or path.read_text(encoding="utf-8") != text()]


def _source(table: str, description: str, columns: Columns, meta: Mapping[str, Any]) -> Iterator[str]:
    """A YAML block; what stands on one line is JSON, which every YAML reader takes and which needs no other quoting."""
    yield f"      - name: {table}"
    yield f"        description: {json.dumps(description)}"
    if meta:
        yield f"        config: {json.dumps({'meta': meta})}"
    yield "        columns:"
    keys = [column for column in columns.values() if column.key]
    # A version table repeats the key of its entity; a key of several columns is proved where its rows are modelled.
    alone = keys[0] if len(keys) == 1 and "valid_from" not in columns else None
    yield from (f"          - {json.dumps(_column(column, unique=column is alone))}" for column in columns.values())


def _column(column: Column, *, unique: bool) -> dict[str, Any]:
    meta: dict[str, Any] = {"sensitivity": column.sensitivity}
    meta |= {"unit": column.unit} if column.unit else {}
    meta |= {"key": True} if column.key else {}
    return {"name": column.name, "config": {"meta": meta}} | ({"data_tests": [UNIQUE]} if unique else {})


def describe(operation: Operation, table: str) -> str:
    """What a row of one of the operation's tables is."""
    return {
        f"{operation.table}_observations": f"One row per row of {operation.table} and load: what changes all the time.",
        f"{operation.table}_history": f"One row per version of the contract terms of a row of {operation.table}.",
    }.get(table, operation.description)


def _rows(operations: Iterable[Operation]) -> Iterator[str]:
    yield _row(HEADINGS)
    yield _row(["---"] * len(HEADINGS))
    for line in operations:
        fills = ", ".join(f"`{table}`" for table in (line.table, *line.children) if table)
        risk = ", ".join(word for word in (str(line.risk) * (line.kind == "write"), "locked" * line.locked) if word)
        yield _row((
            line.method, f"`{line.path}`", f"`{line.name}`", line.kind.replace("_", " "), fills, line.group,
            "yes" if line.default else "", "yes" if line.paged else "", line.window or "", risk, _explain(line),
        ))  # fmt: skip


def _explain(operation: Operation) -> str:
    """What a row is; where something is left out, why; after a write, what is loaded again."""
    why = operation.reason and operation.reason[0].upper() + operation.reason[1:].rstrip(".") + "."
    again = operation.reloads and f"Loads {', '.join(f'`{table}`' for table in operation.reloads)} again."
    return " ".join(part for part in (operation.description, why, again) if part)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(arguments: list[str]) -> int:
    """Writes the stale files, or with `--check` only names them. Returns 1 when the check finds any."""
    found = stale()
    for path in found:
        sys.stdout.write(f"{'stale' if '--check' in arguments else 'written'}: {path.relative_to(ROOT)}\n")
    if "--check" in arguments:
        return int(bool(found))
    for path in found:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FILES[path](), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
