"""Writes to the account: planned, approved, applied once, recorded.

`plan_write` and `plan_rows` make a Plan and send nothing but reads; `approve_plan` records who agrees; `apply_plan` sends each
request once and records every state in `ops.sqlite`; `resolve` settles what is unknown. Secrets are in no plan and no record.
"""

from pipelines.i3d.writeback.applying import Outcome, Result, apply_plan
from pipelines.i3d.writeback.approval import approve_plan, needs
from pipelines.i3d.writeback.journal import Entry, Journal
from pipelines.i3d.writeback.plan import Change, Plan, Step
from pipelines.i3d.writeback.planning import find_write, plan_rows, plan_write
from pipelines.i3d.writeback.resolving import Settled, resolve
from pipelines.i3d.writeback.summary import as_markdown, headline

__all__ = [
    "Change", "Entry", "Journal", "Outcome", "Plan", "Result", "Settled", "Step", "apply_plan", "approve_plan", "as_markdown",
    "find_write", "headline", "needs", "plan_rows", "plan_write", "resolve",
]  # fmt: skip
