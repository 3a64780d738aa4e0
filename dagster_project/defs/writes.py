"""Every write operation as an op with a typed configuration and a job of its own. Dry run unless told otherwise, no retries."""

from collections.abc import Iterable
from pathlib import Path

import dagster as dg

from dagster_project.defs.loads import POOL
from dagster_project.write_config import HowToWrite, config_of, words_of
from pipelines.cli import prepare
from pipelines.errors import UsageError
from pipelines.i3d.catalogue import OPERATIONS
from pipelines.i3d.operation import Operation
from pipelines.i3d.writeback import Plan, Result, apply_plan, as_markdown, headline, plan_write
from pipelines.i3d.writeback.journal import Journal
from pipelines.i3d.writeback.recording import record_plan
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

ONCE = {"dagster/max_retries": "0"}
PLANNED_FIRST = 2
WRITES = [one for one in OPERATIONS if one.kind == "write"]


def write_job(operation: Operation) -> dg.JobDefinition:
    """The job `write_<operation>` with its one op."""
    settings_class = config_of(operation)

    def write(context: dg.OpExecutionContext, config: HowToWrite) -> None:
        carry_out(context, operation, config)

    write.__annotations__["config"] = settings_class
    about = f"{operation.method} {operation.path}; risk {operation.risk}{', locked' if operation.locked else ''}."
    op = dg.op(name=operation.name, description=about, pool=POOL, tags=ONCE)(write)
    graph = dg.GraphDefinition(name=f"write_{operation.name}", node_defs=[op])
    return graph.to_job(description=about, tags=ONCE | {"i3d/risk": str(operation.risk)})


def carry_out(context: dg.OpExecutionContext, operation: Operation, config: HowToWrite) -> None:
    """Plans a write and shows the plan; applies it when this is no dry run. Raises Failure when it is refused or goes wrong."""
    settings, warehouse = prepare()
    parameters, body = words_of(config)
    try:
        plan = saved(warehouse, config.plan) if config.plan else plan_write(settings, operation.name, parameters, body or None)
        context.add_output_metadata({"plan": dg.MetadataValue.md(as_markdown(plan)), "plan_hash": plan.hash})
        context.log.info(headline(plan))
        if config.dry_run:
            record_plan(Journal.of(warehouse), plan)
            plan.save(place_of(warehouse, plan.hash))
            return
        report(context, apply(settings, plan, operation, config))
    except UsageError as error:
        raise dg.Failure(str(error), allow_retries=False) from None


def apply(settings: Settings, plan: Plan, operation: Operation, config: HowToWrite) -> Result:
    """Applies a plan that belongs to this op. Raises UsageError when it does not, or when it was not planned first."""
    if config.plan is None and operation.risk >= PLANNED_FIRST and plan.changes:
        raise UsageError(f"{operation.name} has risk {operation.risk}.", "Run it dry first, and give the hash of its plan.")
    if plan.operation is not operation:
        raise UsageError(f"The plan is one of {plan.operation.name}.", f"Run the job write_{plan.operation.name}.")
    return apply_plan(settings, plan, approve=config.approver, confirm=config.confirm)


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
    lines = ["| step | target | status | HTTP | message |", "|---|---|---|---|---|"]
    for one in result.outcomes:
        cells = (one.step.number, one.step.target, one.status, one.http_status or "", one.message)
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    outcome = dg.MetadataValue.md("\n".join(lines))
    context.add_output_metadata({"outcome": outcome})
    for warning in result.warnings:
        context.log.warning(warning)
    if result.failed:
        first = result.failed[0]
        raise dg.Failure(
            f"{len(result.failed)} of {len(result.outcomes)} not applied; {first.step.target}: {first.status}. {first.message}",
            metadata={"outcome": outcome}, allow_retries=False,
        )  # fmt: skip


def jobs(operations: Iterable[Operation]) -> list[dg.JobDefinition]:
    """One job for each write."""
    return [write_job(one) for one in operations]


write_jobs = jobs(WRITES)
