"""One write run of Dagster: plan, show, and, when this is no dry run, apply. What is written is decided in `pipelines`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg

from dagster_project.write_config import HowToWrite
from pipelines.errors import UsageError
from pipelines.i3d.writeback import Plan, Result, apply_plan, as_markdown, headline
from pipelines.markdown import table
from pipelines.settings import Settings
from pipelines.start import prepare
from pipelines.warehouse import Warehouse

PLANNED_FIRST = 2
Planner = Callable[[Settings], Plan]


def carry_out(context: dg.OpExecutionContext, operation: str, config: HowToWrite, planner: Planner) -> None:
    """Plans a write and shows the plan; applies it when this is no dry run. Raises Failure when it is refused or goes wrong."""
    settings, warehouse = prepare()
    try:
        plan = saved(warehouse, config.plan) if config.plan else planner(settings)
        context.add_output_metadata({"plan": dg.MetadataValue.md(as_markdown(plan)), "plan_hash": plan.hash})
        context.log.info(headline(plan))
        if config.dry_run:
            plan.save(place_of(warehouse, plan.hash))
            return
        check(plan, operation, config)
        report(context, apply_plan(settings, plan, approve=config.approver, confirm=config.confirm))
    except UsageError as error:
        raise dg.Failure(str(error), allow_retries=False) from None


def check(plan: Plan, operation: str, config: HowToWrite) -> None:
    """Raises UsageError for a plan of another operation, and from risk 2 for one that nobody has looked at."""
    if plan.operation.name != operation:
        raise UsageError(f"The plan is one of {plan.operation.name}.", "Give it to the job that made it.")
    if config.plan is None and plan.risk >= PLANNED_FIRST and plan.changes:
        raise UsageError(f"{operation} has risk {plan.risk}.", "Run it dry first, and give the hash of its plan.")


def place_of(warehouse: Warehouse, digest: str) -> Path:
    """Where the plan of a dry run is kept."""
    return warehouse.folder / "plans" / f"{digest}.json"


def saved(warehouse: Warehouse, digest: str) -> Plan:
    """The plan of a dry run. Raises UsageError."""
    if not digest.isalnum():
        raise UsageError(f"{digest!r} is no hash of a plan.", "Copy plan_hash from the dry run.")
    return Plan.read(place_of(warehouse, digest))


def report(context: dg.OpExecutionContext, result: Result) -> None:
    """Shows what became of every step. Raises Failure when one was not carried out, or when nobody knows."""
    rows = ((one.step.number, one.step.target, one.status, one.http_status or "", one.message) for one in result.outcomes)
    outcome = dg.MetadataValue.md("\n".join(table(("step", "target", "status", "HTTP", "message"), rows)))
    context.add_output_metadata({"outcome": outcome})
    for warning in result.warnings:
        context.log.warning(warning)
    if result.failed:
        first = result.failed[0]
        raise dg.Failure(
            f"{len(result.failed)} of {len(result.outcomes)} not applied; {first.step.target}: {first.status}. {first.message}",
            metadata={"outcome": outcome}, allow_retries=False,
        )  # fmt: skip
