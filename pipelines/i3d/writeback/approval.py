"""Who may have a plan carried out: the rules of the six levels of risk. An approval is bound to the hash of the plan."""

from __future__ import annotations

from pipelines.errors import UsageError
from pipelines.i3d.operation import LOCKED_RISK
from pipelines.i3d.writeback.journal import Journal
from pipelines.i3d.writeback.plan import Plan
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

APPROVED, SECOND_PERSON = 2, 4


def needs(plan: Plan) -> str:
    """What a plan needs before it is applied, in words."""
    if not plan.changes:
        return "nothing to apply"
    if plan.risk < APPROVED:
        return "no approval"
    if plan.risk < SECOND_PERSON:
        return "one approval"
    second = f"approval by somebody other than {plan.author}, and --confirm {plan.confirmation}"
    return f"{plan.operation.name} in I3D_ALLOW_LOCKED, {second}" if plan.risk == LOCKED_RISK else second


def approve_plan(settings: Settings, plan: Plan) -> str:
    """Records the approval of `I3D_ACTOR`, and returns who that is.

    Raises UsageError for nobody, for somebody who may not approve, and for the author of a plan of risk 4 or 5.
    """
    name = settings.actor
    if not name:
        raise UsageError("Nobody approves: I3D_ACTOR is not set.", "Set it to your name and approve again.")
    _check(settings, plan, name)
    Journal.of(Warehouse.of(settings)).approve(plan.hash, name)
    return name


def _check(settings: Settings, plan: Plan, name: str) -> None:
    if not settings.may_approve(name):
        raise UsageError(f"{name} may not approve.", f"Ask one of I3D_APPROVERS: {settings.approvers}.")
    if plan.risk >= SECOND_PERSON and name == plan.author:
        raise UsageError(f"{name} made this plan and cannot approve it too.", "Another person must approve it.")


def permit(settings: Settings, journal: Journal, plan: Plan, approver: str | None, confirmed: str | None) -> str | None:
    """The person whose approval lets the plan pass, None where none is needed. `approver` names one, or is who acts now.

    Raises UsageError when the plan is locked, not approved, or its target was not typed.
    """
    if not plan.changes:
        return None
    if plan.plan_only:
        raise UsageError("This plan is a list to decide by.", "Plan the writes you mean by their name.")
    if plan.risk == LOCKED_RISK and not settings.unlocked(plan.operation.name):
        raise UsageError(f"{plan.operation.name} is locked.", "Name it in I3D_ALLOW_LOCKED to use it all the same.")
    if plan.risk < APPROVED:
        return None
    if approver and approver == settings.actor:
        approve_plan(settings, plan)
    found = _approver(settings, journal, plan, approver)
    if plan.risk >= SECOND_PERSON and confirmed != plan.confirmation:
        raise UsageError("The target has not been confirmed.", f"Add --confirm {plan.confirmation} if you mean it.")
    return found


def _approver(settings: Settings, journal: Journal, plan: Plan, wanted: str | None) -> str:
    names = journal.approvers(plan.hash)
    if wanted and wanted not in names:
        raise UsageError(f"{wanted} has not approved this plan.", f"`i3d write approve PLAN` does, with I3D_ACTOR={wanted}.")
    complaint = UsageError("This plan has not been approved.", "`i3d write approve PLAN` does, as I3D_ACTOR.")
    for name in [wanted] if wanted else names:
        try:
            _check(settings, plan, name)
        except UsageError as error:
            complaint = error
        else:
            return name
    raise complaint
