"""The first row of every attempt in the record: who wants what, of which plan. Its later states are those of `Entry.now`."""

from __future__ import annotations

import secrets
from typing import Any

from pipelines.i3d.writeback.journal import Entry, Journal, Status, stamp
from pipelines.i3d.writeback.plan import Plan, Step


def first_entry(
    plan: Plan, step: Step, run_id: str, actor: str, status: Status, *, dry_run: bool = False, **more: Any
) -> Entry:  # fmt: skip
    """The first state of one attempt at a step."""
    operation = plan.operation
    return Entry(
        attempt_id=secrets.token_hex(8), step=step.number, run_id=run_id, plan_hash=plan.hash, base_url=plan.base_url,
        operation=operation.name, target_key=step.target, risk=operation.risk, status=status, dry_run=dry_run,
        started_at=stamp(), actor=actor, parameters=step.parameters, expected=step.expected, **more,
    )  # fmt: skip


def record_plan(journal: Journal, plan: Plan, refusal: str = "") -> None:
    """Writes down a plan as a dry run, or that it was refused as a whole."""
    run_id = secrets.token_hex(8)
    entries = []
    for step in plan.steps:
        status: Status = "refused" if refusal else "planned" if step.action == "change" else "noop"
        words = {"message": refusal, "finished_at": stamp()}
        entries.append(first_entry(plan, step, run_id, plan.author, status, dry_run=True, **words))
    journal.append(*entries)
