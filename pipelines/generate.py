"""Writes the files that say again, for other readers, what the code says: dbt's sources, and pages of lists.

`python -m pipelines.generate` writes them, `--check` only says whether they are current. What a person writes by hand
does not belong here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from pipelines import markdown
from pipelines.dictionary import Entry, Item, describe, read_dictionary
from pipelines.i3d.catalogue import AREAS, OPERATIONS
from pipelines.i3d.columns import OWN_TABLES, Column, Columns, tables
from pipelines.i3d.operation import Operation
from pipelines.messages import write_messages
from pipelines.warehouse import RAW

ROOT = Path(__file__).resolve().parent.parent
# Only a warning: a repeated row in a list that no model reads should not hold back the others.
UNIQUE = {"unique": {"config": {"severity": "warn"}}}
HEADINGS = (
    "method", "path", "name", "kind", "tables", "group", "by default", "paged", "window", "risk", "what it is, or why not",
)  # fmt: skip

WRITTEN = markdown.mark("the catalogue and the models")
COLUMNS = ("column", "type", "unit", "currency", "class", "field", "tests", "what it is")
KEPT = {"column", "type", "class", "what it is"}
LEGEND = (
    "# Data dictionary",
    "",
    "Every table and column of the published file. The same words are its comments: any SQL client shows them, and"
    " `select * from duckdb_columns()` lists them.",
    "",
    "- **class**: `public`; `business`, confidential to the account; `personal`, about a person: it lands as a keyed hash"
    " unless `I3D_PERSONAL_DATA=plain`, and inside a JSON column the strictest class of its fields counts. A fourth class,"
    " secret, never lands.",
    "- **unit**: NULL is unknown and never 0. **currency**: the column that tells the currency of an amount.",
    "- **field**: what the API calls it. **tests**: what is proved by every build; `key` is part of what identifies a row.",
)
SCHEMAS = {
    "marts": "For people. Names and types are a contract.",
    "ops": "The record of writes.",
    "settings": "What the API does not know: the files of `settings/`, or of your own folder.",
    "staging": "Raw tables and the lists inside them, renamed and cast.",
    "raw_i3d": "What the API said. dlt's own tables begin with `_dlt`; in `raw_i3d_staging` it works, and leaves nothing.",
    "intermediate": "The workings of the models, listed by what a row is. They may change; read the marts.",
}


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
        WRITTEN,
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


def write_dictionary() -> str:
    """The first page of the dictionary: what a row of each table is, with links to its columns."""
    lines = [WRITTEN, *LEGEND]
    for schema, words in SCHEMAS.items():
        mine = [one for one in _entries() if one.schema == schema]
        rows = [(_link(one), one.description) for one in mine]
        lines += ["", f"## {schema}", "", words, "", *markdown.table(("table", "what it holds"), rows)]
    return "\n".join(lines) + "\n"


def write_schema(schema: str) -> str:
    """The page of one schema: every table with its columns."""
    lines = [WRITTEN, f"# {schema}", "", f"{SCHEMAS[schema]} What the columns mean: [data dictionary](../data-dictionary.md)."]
    for one in (one for one in _entries() if one.schema == schema):
        lines += ["", f"## {one.name}", "", *_facts(one), "", *markdown.table(*_columns(one))]
    return "\n".join(lines) + "\n"


def _link(entry: Entry) -> str:
    return f"[`{entry.name}`](data-dictionary/{entry.schema}.md#{entry.name})" if entry.columns else f"`{entry.name}`"


@cache
def _entries() -> list[Entry]:
    return read_dictionary()


FILES: Mapping[Path, Callable[[], str]] = {
    ROOT / "sql" / "models" / "staging" / "_sources.yml": write_sources,
    ROOT / "docs" / "endpoints.md": write_endpoints,
    ROOT / "docs" / "messages.md": write_messages,
    ROOT / "docs" / "data-dictionary.md": write_dictionary,
    **{
        ROOT / "docs" / "data-dictionary" / f"{schema}.md": partial(write_schema, schema)
        for schema in SCHEMAS if schema != "intermediate"
    },
}  # fmt: skip


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
    tests = {"data_tests": [UNIQUE]} if unique else {}
    return {"name": column.name, "description": column.description, "config": {"meta": meta}} | tests


def _facts(entry: Entry) -> Iterator[str]:
    """What stands above the columns of a table: what a row is, where it comes from, what proves it."""
    yield entry.description
    yield ""
    if entry.operation is not None:
        line = entry.operation
        yield f"- Operation: `{line.name}`, `{line.method} {line.path}`, group `{line.group}`."
    if entry.origins:
        yield "- Made of: " + ", ".join(f"`{name}`" for name in entry.origins) + "."
    if entry.tests:
        yield "- Tested: " + "; ".join(entry.tests) + "."


def _columns(entry: Entry) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The headings and cells of a table's columns; headings without any cell are left out."""
    rows = [_cells(one) for one in entry.columns.values()]
    kept = [place for place, name in enumerate(COLUMNS) if name in KEPT or any(row[place] for row in rows)]
    return tuple(COLUMNS[place] for place in kept), [tuple(row[place] for place in kept) for row in rows]


def _cells(item: Item) -> tuple[str, ...]:
    field = f"`{item.field}`" if item.field else ""
    return (
        f"`{item.name}`", item.type, item.unit, item.currency, item.sensitivity, field, "; ".join(item.tests), item.description,
    )  # fmt: skip


def _rows(operations: Iterable[Operation]) -> Iterator[str]:
    yield from markdown.table(HEADINGS, [])
    for line in operations:
        fills = ", ".join(f"`{table}`" for table in (line.table, *line.children) if table)
        risk = ", ".join(word for word in (str(line.risk) * (line.kind == "write"), "locked" * line.locked) if word)
        yield markdown.row((
            line.method, f"`{line.path}`", f"`{line.name}`", line.kind.replace("_", " "), fills, line.group,
            "yes" if line.default else "", "yes" if line.paged else "", line.window or "", risk, _explain(line),
        ))  # fmt: skip


def _explain(operation: Operation) -> str:
    """What a row is; where something is left out, why; after a write, what is loaded again."""
    why = operation.reason and operation.reason[0].upper() + operation.reason[1:].rstrip(".") + "."
    again = operation.reloads and f"Loads {', '.join(f'`{table}`' for table in operation.reloads)} again."
    return " ".join(part for part in (operation.description, why, again) if part)


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
