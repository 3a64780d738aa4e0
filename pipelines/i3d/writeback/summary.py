"""A plan in words for people: a headline, and the whole diff as Markdown."""

from __future__ import annotations

from pipelines.i3d.writeback.approval import needs
from pipelines.i3d.writeback.plan import Plan
from pipelines.markdown import table


def headline(plan: Plan) -> str:
    """One line: what, how many, how risky."""
    same = len(plan.steps) - len(plan.changes)
    rest = f", {same} as wanted already" if same else ""
    return f"{plan.operation.name}: {len(plan.changes)} to send{rest}; risk {plan.risk}, needs {needs(plan)}."


def as_markdown(plan: Plan) -> str:
    """The plan as Markdown, without secret and personal values."""
    changes = ((one.step, one.target, one.field, one.before, one.after) for one in plan.diff())
    lines = [headline(plan), "", *table(("step", "target", "field", "before", "after"), changes)]
    lines += [f"- step {step.number}: {note}" for step in plan.steps for note in step.notes]
    return "\n".join([*lines, "", f"Plan `{plan.hash}` by {plan.author}, {plan.created_at}."])
