"""The commands that only read: the API, the catalogue, the published file. Thin, as `cli.py` is, with the same exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines import screen
from pipelines.errors import UsageError
from pipelines.i3d.operation import Kind
from pipelines.start import prepare
from pipelines.warehouse import Warehouse

FAILED, FINDINGS = 1, 3
app = typer.Typer()


@app.command()
def get(
    operation: Annotated[str, typer.Argument(help="Name of a read, or its table; `i3d operations` lists them.")],
    given: Annotated[list[str] | None, typer.Argument(metavar="[K=V]...", help="Path and query parameters.")] = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show secrets instead of ***.")] = False,
) -> None:
    """Asks one read of the API and prints the answer, secrets masked."""
    from pipelines.ask import ask

    settings, _ = prepare()
    screen.show_json(ask(settings, operation, given or [], reveal=reveal))


@app.command()
def operations(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list instead of a table.")] = False,
    kind: Annotated[Kind | None, typer.Option(help="Only these.")] = None,
) -> None:
    """Lists all 187 operations of the API and what becomes of each."""
    from pipelines.i3d.catalogue import OPERATIONS

    lines = [line.summary() for line in OPERATIONS if kind in (None, line.kind)]
    if as_json:
        screen.show_json(lines)
        return
    names = ["method", "path", "name", "kind", "table", "group", "default", "risk"]
    screen.show_rows(names, [[line[name] for name in names] for line in lines])


@app.command()
def doctor() -> None:
    """Checks settings, key, rights, disk, versions, freshness."""
    from pipelines.doctor import examine

    settings, warehouse = prepare()
    findings = list(examine(settings, warehouse))
    screen.show_rows(["what", "status", "found"], [[one.what, one.status, one.said] for one in findings])
    if any(one.status == "bad" for one in findings):
        raise typer.Exit(FAILED)


@app.command()
def drift() -> None:
    """Lists fields and operations that the API has and the catalogue has not, or the other way round."""
    from pipelines.drift import find_drift
    from pipelines.i3d.client import Client

    settings, _ = prepare()
    with Client(settings) as client, screen.working("comparing"):
        found = list(find_drift(client))
    if not found:
        screen.out.print("No drift: the API and the catalogue agree.")
        return
    screen.show_rows(["where", "what", "kind"], [[one.where, one.what, one.kind] for one in found])
    raise typer.Exit(FINDINGS)


@app.command()
def report(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="A folder; default report/ beside the file.")] = None,
) -> None:
    """Writes the report of the published file: a page, a workbook, CSV."""
    _, warehouse = prepare()
    make_report(warehouse, out)


def make_report(warehouse: Warehouse, out: Path | None = None) -> None:
    """Writes the report and says where it is."""
    from pipelines.report import report_folder, write_report

    with screen.working("writing the report"):
        page, *_ = write_report(warehouse, (out or report_folder(warehouse)).resolve())
    screen.out.print(f"Report: {page}", soft_wrap=True)


@app.command()
def query(
    sql: Annotated[str | None, typer.Argument(help="One SELECT, or @NAME of a ready-made one; none lists those.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file with the SELECT.")] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="table, csv, json or parquet; default by --out.")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file, such as costs.csv.")] = None,
) -> None:
    """Reads the published warehouse; can change nothing."""
    from pipelines.query import choose_query, query_table, ready_made, write_table

    form = form or (out.suffix.removeprefix(".") if out else "table")
    if form not in ("table", "csv", "json", "parquet"):
        raise UsageError(f"There is no format {form!r}.", "Choose table, csv, json or parquet.")
    if out and form == "table":
        raise UsageError("A table is for the screen.", "Choose csv, json or parquet for a file.")
    if sql is None and file is None:
        screen.show_rows(["query", "what it answers"], [[f"@{one.name}", one.asks] for one in ready_made()])
        return
    _, warehouse = prepare()
    table = query_table(warehouse, choose_query(sql, file))
    if form == "table":
        screen.show_rows(table.column_names, zip(*(column.to_pylist() for column in table.columns), strict=True))
    else:
        screen.out.file.write(write_table(table, form, out))  # type: ignore[arg-type]
