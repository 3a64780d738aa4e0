"""The commands that write files for other tools. Thin, as `cli.py` is, with the same exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines import screen
from pipelines.start import prepare

app = typer.Typer(help="Writes what was published as files for other tools.", no_args_is_help=True)


@app.callback()
def export() -> None:
    """Writes what was published as files for other tools."""


@app.command()
def focus(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder; default focus/ beside the published file.")] = None,
) -> None:
    """Writes cost, usage and invoices by the FOCUS standard, as Parquet and CSV."""
    from pipelines.focus import export_focus, focus_folder, summarise

    _, warehouse = prepare()
    folder = out or focus_folder(warehouse)
    with screen.working("writing"):
        files = export_focus(warehouse, folder)
    screen.show_rows(["file", "rows", "billed"], summarise(files))
    screen.out.print(f"{len(files)} files, Parquet and CSV: {folder.resolve()}", soft_wrap=True)
