"""The commands behind `i3d write`. Thin, as `cli.py` is: plans, approvals and records are made in `i3d/writeback/`.

Exit codes: 0 done or nothing to do, 1 failed (partly too) or unknown, 2 refused before anything is sent, 3 a plan with changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from pipelines import screen
from pipelines.errors import UsageError
from pipelines.i3d.operation import LOCKED_RISK
from pipelines.i3d.writeback.journal import Entry
from pipelines.i3d.writeback.plan import Plan
from pipelines.start import prepare

FAILED, FINDINGS = 1, 3
app = typer.Typer(help="Writes to the account: plan, approve, apply, resolve, log.", no_args_is_help=True)

PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="The file that `plan --out` wrote.")]
Reload = Annotated[bool, typer.Option("--reload/--no-reload", help="Load the touched tables again.")]


@app.command()
def plan(
    operation: Annotated[str | None, typer.Argument(help="Name of a write; `i3d operations --kind write` lists them.")] = None,
    given: Annotated[list[str] | None, typer.Argument(metavar="[K=V]...", help="Path parameters and fields.")] = None,
    body: Annotated[Path | None, typer.Option(help="A JSON file with the body, or the rest of it.")] = None,
    from_sql: Annotated[Path | None, typer.Option(help="A SELECT; every row is one write.")] = None,
    action: Annotated[str | None, typer.Option(help="A ready-made SELECT of sql/actions, by name.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Keep the plan in this file, to apply it.")] = None,
) -> None:
    """Shows what a write would change, and sends nothing."""
    from pipelines.actions import plan_action
    from pipelines.ask import pair
    from pipelines.i3d.writeback import headline, plan_write

    settings, _ = prepare()
    words = [word for word in ([operation] if action and operation else []) + (given or []) if word]
    pairs = dict(pair(word) for word in words)
    shared = read_body(body) if body else None
    if action or from_sql:
        made = plan_action(settings, action or from_sql or "", None if action else operation, pairs, shared)
    elif operation:
        made = plan_write(settings, operation, pairs, shared)
    else:
        raise UsageError("Nothing is asked for.", "Name a write: `i3d operations --kind write` lists them.")
    show_diff(made)
    screen.out.print(headline(made), markup=False, soft_wrap=True)
    if out:
        made.save(out)
    if made.changes:
        screen.out.print(next_step(made, out), markup=False, soft_wrap=True)
        raise typer.Exit(FINDINGS)


def read_body(path: Path) -> dict[str, Any]:
    """The object in a JSON file; raises UsageError."""
    try:
        found = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).", "Name a JSON file.") from None
    except orjson.JSONDecodeError:
        raise UsageError(f"{path} is not valid JSON.", "Write one object with the fields of the body.") from None
    if not isinstance(found, dict):
        raise UsageError(f"{path} holds no object.", "Write one object with the fields of the body.")
    return found


def show_diff(made: Plan) -> None:
    """Every change as a line: before and after."""
    lines = [[one.step, one.target, one.field, one.before, one.after] for one in made.diff(reveal=True)]
    if lines:
        screen.show_rows(["step", "target", "field", "before", "after"], lines)
    for step in made.steps:
        for note in step.notes:
            screen.out.print(f"Note on step {step.number}: {note}.", markup=False, soft_wrap=True)


def next_step(made: Plan, out: Path | None) -> str:
    """What to type next."""
    if made.plan_only:
        return "This is a list to decide by, not to apply: plan the writes you mean by their name."
    if out is None:
        return "Next: the same command with --out PLAN keeps the plan, then `i3d write apply PLAN`."
    if made.risk < 2:
        return f"Next: `i3d write apply {out}`."
    confirm = f" --confirm {made.confirmation}" if made.risk >= 4 else ""
    locked = f"I3D_ALLOW_LOCKED={made.operation.name} " if made.risk == LOCKED_RISK else ""
    return f"Next: `I3D_ACTOR=… i3d write approve {out}`, then `{locked}i3d write apply {out}{confirm}`."


@app.command()
def approve(file: PlanFile) -> None:
    """Records that I3D_ACTOR approves a plan as it is now."""
    from pipelines.i3d.writeback import approve_plan, headline

    settings, made = prepare()[0], Plan.read(file)
    show_diff(made)
    screen.out.print(headline(made), markup=False, soft_wrap=True)
    screen.out.print(f"{approve_plan(settings, made)} approves {made.hash[:12]}.", markup=False)


@app.command()
def apply(
    file: PlanFile,
    approve: Annotated[str | None, typer.Option(help="Who has approved it; the name in I3D_ACTOR approves it now.")] = None,
    confirm: Annotated[str | None, typer.Option(help="The target, typed, where the risk is 4 or more.")] = None,
    load_again: Reload = True,
) -> None:
    """Sends the writes of a plan, each once, and loads the touched tables again."""
    from pipelines.i3d.writeback import Outcome, apply_plan

    def show(one: Outcome) -> None:
        said = ": ".join(part for part in (one.status, one.message) if part)
        screen.out.print(f"Step {one.step.number}, {one.step.target}: {said}", markup=False, soft_wrap=True)

    settings, made = prepare()[0], Plan.read(file)
    result = apply_plan(settings, made, approve=approve, confirm=confirm, load_again=load_again, on_outcome=show)
    for warning in result.warnings:
        screen.err.print(f"Warning: {warning}", style="yellow", markup=False, soft_wrap=True)
    counts = ", ".join(f"{count} {status}" for status, count in count_by(one.status for one in result.outcomes))
    screen.out.print(f"{made.operation.name}: {counts or 'nothing to do'}.", markup=False)
    result.check()
    if result.failed:
        raise typer.Exit(FAILED)


def count_by(words: Iterable[str]) -> list[tuple[str, int]]:
    """How often each word occurs, in order of the first."""
    listed = list(words)
    return [(word, listed.count(word)) for word in dict.fromkeys(listed)]


@app.command()
def resolve(
    which: Annotated[str | None, typer.Argument(help="A target, or the beginning of an attempt or a plan hash.")] = None,
    happened: Annotated[
        bool | None, typer.Option("--happened/--did-not-happen", help="What a person knows where nothing can be read.")
    ] = None,
    note: Annotated[str, typer.Option(help="How they know.")] = "",
    load_again: Reload = True,
) -> None:
    """Finds out what became of writes whose answer was lost."""
    from pipelines.i3d.writeback import resolve as settle

    found = settle(prepare()[0], which, happened=happened, note=note, load_again=load_again)
    words = {True: "happened", False: "did not happen", None: "still unknown"}
    for one in found:
        line = f"{one.entry.operation} {one.entry.target_key}: {words[one.happened]} ({one.said})"
        screen.out.print(line, markup=False, soft_wrap=True)
    if not found:
        screen.out.print("Nothing is unknown.")
    if any(one.happened is None for one in found):
        hint = "Settle each with `i3d write resolve TARGET --happened` or `--did-not-happen`, and --note."
        screen.out.print(hint, markup=False, soft_wrap=True)
        raise typer.Exit(FINDINGS)


@app.command()
def log(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many attempts, the newest ones.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list instead of a table.")] = False,
) -> None:
    """Shows the record: plans, attempts and what became of them."""
    from pipelines.i3d.writeback import Journal

    entries = Journal.of(prepare()[1]).latest()[-limit:]
    if as_json:
        screen.show_json([asdict(entry) for entry in entries])
        return
    screen.show_rows(["when", "who", "status", "operation", "target", "message"], map(log_line, entries))


def log_line(entry: Entry) -> list[str]:
    """One attempt as people read it; `--json` has the rest."""
    status = f"{entry.status} (plan)" if entry.dry_run else entry.status
    who = entry.actor if entry.approver in (None, entry.actor) else f"{entry.actor}, {entry.approver}"
    return [f"{entry.started_at[:19]}Z", who, status, entry.operation, entry.target_key, entry.message]
