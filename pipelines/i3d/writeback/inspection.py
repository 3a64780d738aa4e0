"""The last look before a plan is carried out: done already, blocked, stale, or ready to send. Sends reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipelines.errors import UsageError
from pipelines.i3d.operation import Operation
from pipelines.i3d.shape import Field, Shape
from pipelines.i3d.writeback.digests import Digests
from pipelines.i3d.writeback.effect import effect_of
from pipelines.i3d.writeback.journal import Entry, Journal
from pipelines.i3d.writeback.placeholders import Place, fill_places
from pipelines.i3d.writeback.plan import Plan, Step
from pipelines.i3d.writeback.state import Reader, present_fields, watch
from pipelines.i3d.writeback.values import body_shape
from pipelines.i3d.writeback.verdict import judge

SHORTEST_HIDDEN = 3


@dataclass(slots=True)
class Ready:
    """A step with its body filled in; `done` says why nothing needs to be sent, `hidden` what no text may repeat."""

    step: Step
    body: Any = None
    done: str = ""
    attempts: int = 0
    hidden: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Inspector:
    """Looks at every step of one plan against the record and the present state."""

    plan: Plan
    journal: Journal
    reader: Reader
    digests: Digests

    def look(self) -> list[Ready]:
        """All steps, none of them sent. Raises UsageError when one is blocked or stale: then nothing of the plan is sent."""
        return [self._look(step) for step in self.plan.steps]

    def _look(self, step: Step) -> Ready:
        if step.action == "noop":
            return Ready(step, done="was as wanted when it was planned")
        mine = self.journal.latest("plan_hash = ? and step = ? and not dry_run", self.plan.hash, step.number)
        if any(entry.status == "applied" or entry.happened for entry in mine):
            return Ready(step, done="has been applied already")
        blocking = self.journal.unsettled(self.plan.base_url, step.target)
        if blocking:
            raise blocked(blocking[0])
        if reason := self._shows(step):
            return Ready(step, done=reason)
        body = fill_places(step.body, self.digests, self._check_stale(step))
        sent = max((entry.attempts for entry in mine), default=0)
        return Ready(step, body, attempts=sent, hidden=list(confidential(self.plan.operation, step.body, body)))

    def _shows(self, step: Step) -> str:
        """Why nothing needs to be sent, or nothing. Raises UsageError where something like it has appeared meanwhile."""
        effect = effect_of(self.plan.operation)
        if effect.kind == "nothing":
            return ""
        verdict = judge(self.plan.operation, step.parameters, step.expected, self.reader, self.digests)
        if verdict.happened and effect.kind == "created" and not (effect.marker or effect.once):
            raise stale(step, f"{verdict.key} has appeared, which looks like it")
        return f"is as wanted already: {verdict.said}" if verdict.happened else ""

    def _check_stale(self, step: Step) -> dict[str, Any]:
        """The fields of the present state. Raises UsageError when they are not those of the plan."""
        operation, effect = self.plan.operation, effect_of(self.plan.operation)
        if effect.kind in ("created", "nothing", "renamed"):
            return {}
        rows = self.reader.rows(effect, step.parameters)
        if not rows:
            raise stale(step, "it is not there any more")
        if effect.kind == "fields":
            present = present_fields(operation, rows[0])
            now = {name: self.digests.of(present.get(name)) for name in step.before}
        else:
            present = {}
            seen = watch(effect, rows[0], step.parameters, self.digests, plain=False)
            now = {name: one.digest for name, one in seen.items()}
        moved = [name for name, one in step.before.items() if now.get(name) != one.digest]
        if moved:
            raise stale(step, f"{', '.join(moved)} has changed")
        return present


def stale(step: Step, why: str) -> UsageError:
    """The refusal of a plan that the account has overtaken."""
    return UsageError(f"The plan is stale: since it was made, of {step.target} {why}.", "Make a new plan.")


def blocked(entry: Entry) -> UsageError:
    """The refusal of a write whose predecessor may or may not have happened."""
    said = f"Whether an earlier {entry.operation} of {entry.target_key} happened is unknown."
    return UsageError(said, "`i3d write resolve` settles it; until then nothing more is sent to it.")


def confidential(operation: Operation, planned: Any, filled: Any) -> Iterator[str]:
    """Yields the texts of a body that are secret or personal."""
    of = body_shape(operation)
    if of is not None and isinstance(filled, dict):
        yield from _texts(Field("object", of), planned, filled, hidden=False)


def _texts(item: Field, planned: Any, filled: Any, *, hidden: bool) -> Iterator[str]:
    hidden = hidden or item.sensitivity in ("personal", "secret") or isinstance(planned, Place)
    if isinstance(filled, dict):
        for name, value in filled.items():
            inner = item.of.fields.get(name, item) if isinstance(item.of, Shape) else item
            yield from _texts(inner, planned.get(name) if isinstance(planned, dict) else None, value, hidden=hidden)
    elif isinstance(filled, list):
        for position, value in enumerate(filled):
            yield from _texts(item.entry, planned[position] if isinstance(planned, list) else None, value, hidden=hidden)
    elif hidden and len(str(filled)) > SHORTEST_HIDDEN and isinstance(filled, (str, int)):
        yield str(filled)
