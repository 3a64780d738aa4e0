"""Carries out a plan: permitted, looked at once more, recorded, sent once, recorded again. Reloading is in `reload.py`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pipelines.errors import AuthError, I3DError, UsageError
from pipelines.i3d.client import Client
from pipelines.i3d.writeback.approval import permit
from pipelines.i3d.writeback.digests import Digests
from pipelines.i3d.writeback.effect import effect_of
from pipelines.i3d.writeback.inspection import Inspector, Ready
from pipelines.i3d.writeback.journal import Entry, Journal, Status, stamp
from pipelines.i3d.writeback.placeholders import recordable
from pipelines.i3d.writeback.plan import Plan, Step
from pipelines.i3d.writeback.planning import actor_of
from pipelines.i3d.writeback.recording import first_entry
from pipelines.i3d.writeback.reload import Touched, reload
from pipelines.i3d.writeback.sending import Fate, created_key, send
from pipelines.i3d.writeback.state import Reader, digest_fields
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step: `noop`, `applied`, `failed`, `unknown`, or `refused` for one that was not sent any more.

    `key` is the id of what was created, where the API told it.
    """

    step: Step
    status: Status
    http_status: int | None = None
    message: str = ""
    key: str = ""
    error: I3DError | None = None


@dataclass(slots=True)
class Result:
    """What became of a plan, and what went wrong with the tables that were loaded again."""

    outcomes: list[Outcome] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def failed(self) -> list[Outcome]:
        """The steps that were not carried out, or about which nobody knows."""
        return [one for one in self.outcomes if one.status in ("failed", "unknown", "refused")]

    def check(self) -> None:
        """Raises the error of the first step that went wrong: ApiError with the API's status and code, LostAnswerError, …"""
        for one in self.failed:
            if one.error is not None:
                raise one.error


OnOutcome = Callable[[Outcome], None]


def apply_plan(
    settings: Settings, plan: Plan, *, approve: str | None = None, confirm: str | None = None, load_again: bool = True,
    on_outcome: OnOutcome = lambda outcome: None,
) -> Result:  # fmt: skip
    """Carries out a plan, each request once, and loads the touched tables again unless that is left to the caller.

    `approve` names who approved it (or approves it now, when that is `I3D_ACTOR`), `confirm` is the typed target.
    Raises UsageError when the plan is refused as a whole, before anything is sent; StorageError and LockedWarehouseError when
    nothing could be recorded. Errors of single steps are in the result.
    """
    warehouse = Warehouse.of(settings)
    journal, digests = Journal.of(warehouse), Digests.of_folder(warehouse)
    with Client(settings) as client:
        run = Run(settings, plan, journal, digests, client, on_outcome)
        with journal.writing():
            try:
                _check_place(settings, plan)
                run.approver = permit(settings, journal, plan, approve, confirm)
                ready = Inspector(plan, journal, Reader(client), digests).look()
            except UsageError as error:
                run.refuse(error)
                raise
            result = Result(run.carry_out(ready))
        if load_again:
            done = [one for one in result.outcomes if one.status == "applied"]
            touched = [Touched(plan.operation, one.step.parameters, one.key) for one in done]
            result.warnings = reload(client, warehouse, touched)
    return result


def _check_place(settings: Settings, plan: Plan) -> None:
    if plan.base_url != settings.base_url:
        raise UsageError(f"The plan was made for {plan.base_url}.", "Set I3D_BASE_URL to it, or make a new plan.")


@dataclass(slots=True)
class Run:
    """One run of `apply`; `wait` are the seconds the API asked for before the next request."""

    settings: Settings
    plan: Plan
    journal: Journal
    digests: Digests
    client: Client
    on_outcome: OnOutcome
    approver: str | None = None
    wait: float = 0.0
    run_id: str = field(default_factory=lambda: secrets.token_hex(8))

    def entry(self, step: Step, status: Status, **more: Any) -> Entry:
        """The first record of a step in this run."""
        return first_entry(self.plan, step, self.run_id, actor_of(self.settings), status, approver=self.approver, **more)

    def refuse(self, error: UsageError) -> None:
        """Records that the whole plan was refused."""
        refused = (self.entry(step, "refused", message=error.message, finished_at=stamp()) for step in self.plan.steps)
        self.journal.append(*refused)

    def carry_out(self, ready: Iterable[Ready]) -> list[Outcome]:
        """Every step in order: an error stops those on the same target, and all of them once there were too many."""
        ready = list(ready)
        entries = [self.entry(one.step, "noop" if one.done else "planned", message=one.done) for one in ready]
        self.journal.append(*entries)
        outcomes: list[Outcome] = []
        broken: set[str] = set()
        for one, entry in zip(ready, entries, strict=True):
            errors = [done for done in outcomes if done.status in ("failed", "unknown")]
            subject = self._subject(one.step)
            if one.done:
                outcome = Outcome(one.step, "noop", message=one.done)
            elif why := self._why_not(errors, subject in broken):
                outcome = self._skip(one.step, entry, why)
            else:
                outcome = self._send(one, entry)
            if outcome.error is not None:
                broken.add(subject)
            outcomes.append(outcome)
            self.on_outcome(outcome)
        return outcomes

    def _why_not(self, errors: list[Outcome], same_target: bool) -> str:  # noqa: FBT001
        if any(isinstance(one.error, AuthError) for one in errors):
            return "not sent: the key was refused"
        if len(errors) >= self.settings.max_errors:
            return f"not sent: {len(errors)} others failed"
        return "not sent: an earlier step on the same target failed" if same_target else ""

    def _subject(self, step: Step) -> str:
        """What a step is about: steps on one subject depend on each other."""
        read = effect_of(self.plan.operation).read
        return read.fill(step.parameters) if read and read.parameters else step.target

    def _skip(self, step: Step, entry: Entry, why: str) -> Outcome:
        self.journal.append(entry.now("refused", message=why, finished_at=stamp()))
        return Outcome(step, "refused", message=why)

    def _send(self, one: Ready, entry: Entry) -> Outcome:
        time.sleep(self.wait)
        operation, path = self.plan.operation, self.plan.path_of(one.step)
        request = {"method": operation.method, "path": path, "body": recordable(one.body)}
        expected = one.step.expected
        if "fields" in expected:  # with the secrets that were not at hand when it was planned
            expected = expected | {"fields": digest_fields(operation, one.body, self.digests)}
        digest = self.digests.of(request)
        entry = entry.now(
            "sent", attempts=one.attempts + 1, request_digest=digest, expected=expected, started_at=stamp()
        )  # fmt: skip
        self.journal.append(entry)
        fate = send(self.client.transport, operation, path, one.body, one.hidden)
        return self._conclude(one.step, entry, fate)

    def _conclude(self, step: Step, entry: Entry, fate: Fate) -> Outcome:
        status: Status = "failed" if fate.status == "unknown" and self.plan.risk == 0 else fate.status
        effect = effect_of(self.plan.operation)
        creates = self.plan.operation.method == "POST" and effect.kind in ("created", "nothing")
        key = created_key(fate.payload, effect.key, "id", "uuid", "attachmentId") if creates else ""
        message = fate.error.message if fate.error else f"created {key}" if key else ""
        answer = None if fate.payload is None else self.digests.of(fate.payload)
        self.journal.append(entry.now(
            status, http_status=fate.http_status, finished_at=stamp(), response_digest=answer, message=message,
            attempts=entry.attempts if fate.sent else entry.attempts - 1,
        ))  # fmt: skip
        self.wait = min(fate.wait, LONGEST_WAIT)
        return Outcome(step, status, fate.http_status, message, key, fate.error)
