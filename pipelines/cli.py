"""The `i3d` command. Thin: reads arguments, calls the modules beside it, prints, and chooses the exit code.

Exit codes: 0 done, 1 failed (also partly), 2 usage, 3 done with findings.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from pipelines import cli_export, cli_read, cli_write, screen
from pipelines.errors import I3DError, UsageError
from pipelines.settings import Settings
from pipelines.start import prepare
from pipelines.warehouse import Warehouse, keep_private

FAILED, USAGE, FINDINGS = 1, 2, 3
app = typer.Typer(
    help="Loads everything an i3D.net account knows into DuckDB, models it, and keeps it fresh.",
    no_args_is_help=True, pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip

app.add_typer(cli_read.app)
app.add_typer(cli_write.app, name="write")
app.add_typer(cli_export.app, name="export")

Select = Annotated[list[str] | None, typer.Option("--select", "-s", help="Table, area or group; repeatable.")]
From = Annotated[str | None, typer.Option("--from", help="Start of the windows, UTC: 2026-11-01 or 2026-11-01T06:00.")]
Until = Annotated[str | None, typer.Option("--until", help="End of the windows, UTC, exclusive.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="The load's clock, UTC; default I3D_AS_OF or now.")]
Full = Annotated[bool, typer.Option("--full-refresh", help="Sweep every list to its end and re-read every detail.")]
Shrink = Annotated[bool, typer.Option("--allow-shrink", help="Accept lists that lost more than 60 % of their rows.")]


def moment(text: str | None, option: str) -> datetime | None:
    """A moment in UTC from an option; raises UsageError."""
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text!r} is no date.", "Write 2026-11-01 or 2026-11-01T06:00 (UTC).") from None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Another account.")] = 1,
    size: Annotated[str, typer.Option(help="small, medium, large or empty.")] = "small",
) -> None:
    """Simulates an account, loads half a year of it, builds, publishes, reports: needs no key and no network."""
    from pipelines.demo import run_demo

    settings, warehouse = prepare()
    result = run_demo(settings, warehouse, seed=seed, size=size)
    screen.show_areas(result.loads[-1])
    days = ", ".join(f"{report.tables[0]['as_of']:%Y-%m-%d}" for report in result.loads[:-1])
    screen.out.print(f"Inventory replayed on {days}.", soft_wrap=True)
    screen.show_opt_in()
    finish_build(result.build, warehouse, failed=any(report.failed for report in result.loads))


def run_load(
    settings: Settings, warehouse: Warehouse, select: list[str] | None, bounds: tuple[str | None, str | None],
    *, full_refresh: bool, allow_shrink: bool,
) -> bool:
    """Loads and shows; True when a table failed."""
    from pipelines.demo import refuse_demo
    from pipelines.i3d.client import Client
    from pipelines.i3d.load import Request, load
    from pipelines.i3d.selection import select as choose
    from pipelines.i3d.windows import span

    refuse_demo(warehouse, settings.base_url)
    now, operations = settings.clock(), choose(select or [])
    window = span(moment(bounds[0], "--from"), moment(bounds[1], "--until"), now)
    request = Request(operations, now, window, full_refresh=full_refresh, allow_shrink=allow_shrink)
    with Client(settings) as client, screen.ticking("loading") as ticker:
        report = load(client, warehouse, request, ticker, ticker.expect)
    screen.show_areas(report)
    return bool(report.failed)


def finish_build(result: Any, warehouse: Warehouse, *, failed: bool, report: bool = True) -> None:
    """Shows a build, writes the report of what it published, and leaves with the right exit code."""
    screen.show_build(result)
    screen.out.print(f"Warehouse: {warehouse.published}", soft_wrap=True)
    if report and result.published:
        cli_read.make_report(warehouse)
    if failed or result.failed:
        raise typer.Exit(FAILED if failed else FINDINGS)


@app.command()
def load(
    select: Select = None, start: From = None, until: Until = None, as_of: AsOf = None,
    full_refresh: Full = False, allow_shrink: Shrink = False,
) -> None:  # fmt: skip
    """Loads tables into the private file; `i3d build` publishes it."""
    settings, warehouse = prepare(as_of=moment(as_of, "--as-of"))
    if run_load(settings, warehouse, select, (start, until), full_refresh=full_refresh, allow_shrink=allow_shrink):
        raise typer.Exit(FAILED)


@app.command()
def build(
    select: Annotated[list[str] | None, typer.Option("--select", "-s", help="dbt selection; repeatable.")] = None,
) -> None:
    """Runs and tests the SQL models, and publishes what passed."""
    from pipelines.build import build as build_models
    from pipelines.demo import chosen_terms

    settings, warehouse = prepare()
    with screen.working("building and testing the models"):
        result = build_models(warehouse, tuple(select or ()), chosen_terms(settings, warehouse))
    finish_build(result, warehouse, failed=False, report=False)


@app.command()
def run(as_of: AsOf = None, full_refresh: Full = False, allow_shrink: Shrink = False) -> None:
    """Loads, builds, publishes, reports: what a schedule calls."""
    from pipelines.build import build as build_models
    from pipelines.demo import chosen_terms

    settings, warehouse = prepare(as_of=moment(as_of, "--as-of"))
    failed = run_load(settings, warehouse, None, (None, None), full_refresh=full_refresh, allow_shrink=allow_shrink)
    with screen.working("building and testing the models"):
        result = build_models(warehouse, terms=chosen_terms(settings, warehouse))
    finish_build(result, warehouse, failed=failed)


@app.command()
def ui(port: Annotated[int, typer.Option(help="Of the page on 127.0.0.1.", min=1, max=65535)] = 3000) -> None:
    """Runs Dagster's web page and daemon on this machine until interrupted."""
    from pipelines.ui import serve

    _, warehouse = prepare()
    serve(warehouse, port)


@app.command()
def simulate(
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8093,
    seed: Annotated[int, typer.Option(help="Another account.")] = 1,
    size: Annotated[str, typer.Option(help="small, medium, large or empty.")] = "small",
    fault: Annotated[list[str] | None, typer.Option(help="KIND[:PATH[:TIMES]], e.g. 429:/v3/colocation:3.")] = None,
) -> None:
    """Runs the stand-in API on 127.0.0.1 until interrupted."""
    from pipelines.simulator.run import run_simulator

    keep_private()
    run_simulator(port, seed, size, fault or [])


def main() -> None:
    """Runs the command; every known error is one sentence and an exit code, never a traceback."""
    try:
        app()
    except I3DError as error:
        screen.show_error(error)
        sys.exit(USAGE if isinstance(error, UsageError) else FAILED)
