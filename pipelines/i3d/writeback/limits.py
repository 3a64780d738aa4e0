"""The limits of a plan: how many writes, which share of the account, how much money. What breaks one is refused."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipelines.errors import UsageError
from pipelines.i3d.client import Client
from pipelines.i3d.writeback.effect import READS
from pipelines.i3d.writeback.journal import Journal
from pipelines.i3d.writeback.orders import UNSTATED, cost_of
from pipelines.i3d.writeback.plan import Plan
from pipelines.i3d.writeback.recording import record_plan
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse


def check_limits(settings: Settings, client: Client, plan: Plan) -> None:
    """Records and raises UsageError when a plan is larger than the settings allow."""
    for complaint in _complaints(settings, client, plan):
        record_plan(Journal.of(Warehouse.of(settings)), plan, complaint)
        raise UsageError(complaint, "Nothing was planned: make the plan smaller, or raise the limit if you mean it.")


def _complaints(settings: Settings, client: Client, plan: Plan) -> Iterator[str]:
    count = 0 if plan.plan_only else len(plan.changes)
    if count > settings.max_operations:
        yield f"The plan has {count} writes, and I3D_MAX_OPERATIONS allows {settings.max_operations}."
    if count > 1 and settings.max_percent < 100:
        yield from _share(settings, client, plan)
    if count and settings.max_order_amount:
        yield from _money(settings, client, plan)


def _share(settings: Settings, client: Client, plan: Plan) -> Iterator[str]:
    """Compares the touched entities with the list that they come from, where there is one."""
    listed = READS.get(plan.operation.path.split("/{")[0])
    if listed is None or not plan.operation.parameters:
        return
    touched = {next(iter(step.parameters.values())) for step in plan.changes}
    total = len(client.rows(listed, {}).rows)
    if len(touched) * 100 > settings.max_percent * total:
        share = f"{len(touched)} of {total} {listed.table.replace('_', ' ')}"
        yield f"The plan touches {share}, and I3D_MAX_PERCENT allows {settings.max_percent:g} %."


def _money(settings: Settings, client: Client, plan: Plan) -> Iterator[str]:
    """An amount whose currency the API does not state is held against the lowest of the limits."""
    limits = settings.order_limits()
    totals: dict[str, Decimal] = {}
    for step in plan.changes:
        cost = cost_of(settings, client, plan.operation, step)
        if cost is None:
            continue
        if cost.amount is None:
            yield f"What {step.target} costs is unknown, and I3D_MAX_ORDER_AMOUNT is set."
            return
        totals[cost.currency] = totals.get(cost.currency, Decimal(0)) + cost.amount
    for currency, total in totals.items():
        most = min(limits.values()) if currency == UNSTATED else limits.get(currency)
        if most is None or total > most:
            allowed = f"allows {most}" if most is not None else "has no such currency"
            yield f"The orders of the plan cost {total} {currency}, and I3D_MAX_ORDER_AMOUNT {allowed}."
