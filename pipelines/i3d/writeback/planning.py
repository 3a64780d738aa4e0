"""Makes plans: validates what is wanted, reads what is there, keeps the difference. Sends reads only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from getpass import getuser
from typing import Any

from pipelines.errors import UsageError
from pipelines.i3d.client import Client
from pipelines.i3d.operation import Operation
from pipelines.i3d.redaction import MASK
from pipelines.i3d.selection import find, suggest
from pipelines.i3d.shape import TAGS
from pipelines.i3d.writeback.digests import Digests
from pipelines.i3d.writeback.effect import Effect, effect_of, target_path
from pipelines.i3d.writeback.journal import Journal
from pipelines.i3d.writeback.limits import check_limits
from pipelines.i3d.writeback.placeholders import PRESENT, Place, as_json, note_digests
from pipelines.i3d.writeback.plan import Plan, Step
from pipelines.i3d.writeback.recording import record_plan
from pipelines.i3d.writeback.state import Reader, Row, Seen, digest_fields, is_like, present_fields, sensitive, shown, watch
from pipelines.i3d.writeback.values import Body, Wanted, body_shape, require, takes, want
from pipelines.i3d.writeback.verdict import judge
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

Words = Mapping[str, Any]


def find_write(name: str) -> Operation:
    """The write of this name. Raises UsageError."""
    operation = find(name)
    if operation.kind != "write":
        raise UsageError(f"{name} is a read.", "`i3d operations --kind write` lists the writes.")
    return operation


def actor_of(settings: Settings) -> str:
    """Who acts: `I3D_ACTOR`, else the name of the login, where there is one."""
    try:
        return settings.actor or getuser()
    except (KeyError, OSError, ImportError):
        return "nobody"


def plan_write(settings: Settings, name: str, words: Words, body: Mapping[str, Any] | None = None) -> Plan:
    """The plan of one write. Words are path parameters and fields (`os.slug`, `body.tag`), `body` the rest of its body.

    Raises UsageError, and errors of `Client.rows`. Nothing is sent but reads.
    """
    return plan_rows(settings, name, [words], body)


def plan_rows(
    settings: Settings, name: str, rows: Iterable[Words], body: Mapping[str, Any] | None = None, *, plan_only: bool = False
) -> Plan:  # fmt: skip
    """The plan of one write per row; `body` holds for all, and a `plan_only` is never applied. Errors as `plan_write`."""
    operation = find_write(name)
    wanted = [want(operation, row, body) for row in rows]
    warehouse = Warehouse.of(settings)
    nonce = secrets.token_hex(16)
    with Client(settings) as client:
        planner = Planner(Reader(client), Digests.of_folder(warehouse), nonce, plain=settings.personal_data == "plain")
        steps = planner.steps(wanted)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        plan = Plan(operation, steps, actor_of(settings), settings.base_url, now, nonce, plan_only)
        check_limits(settings, client, plan)
    record_plan(Journal.of(warehouse), plan)
    return plan


@dataclass(slots=True)
class Planner:
    """Turns wanted writes into steps. `plain`: personal values of the present state may stand in the plan."""

    reader: Reader
    digests: Digests
    nonce: str
    plain: bool = False

    def steps(self, wanted: Iterable[Wanted]) -> tuple[Step, ...]:
        """One step per wanted write; the same write twice is one. Raises UsageError for two that contradict each other."""
        found: dict[str, Step] = {}
        for one in wanted:
            key = f"{one.parameters} {as_json(one.body)}"
            if key not in found:
                found[key] = self.step(one, len(found) + 1)
            target = found[key].target
            if effect_of(one.operation).kind == "fields" and [step.target for step in found.values()].count(target) > 1:
                raise UsageError(f"Two rows ask for different things of {target}.", "Leave one of them out.")
        return tuple(found.values())

    def step(self, wanted: Wanted, number: int) -> Step:
        """One step. Raises UsageError for what is missing, or for a target that is not there."""
        effect = effect_of(wanted.operation)
        wanted = replace(wanted, body=note_digests(wanted.body, self.digests))
        if effect.kind in ("created", "nothing"):
            require(wanted)
        target = self._target(wanted)
        if effect.kind == "created":
            return self._creation(wanted, effect, number, target)
        if effect.kind == "nothing":
            notes = () if wanted.operation.risk == 0 else ("nothing will show whether it happened, nor what was before",)
            return Step(number, "change", target, wanted.parameters, wanted.body, notes=notes)
        rows = self.reader.rows(effect, wanted.parameters)
        if effect.kind == "renamed":
            return self._renaming(wanted, rows, number, target)
        if effect.kind == "gone" and not rows:
            return Step(number, "noop", target, wanted.parameters)
        if not rows:
            raise UsageError(f"There is no {target}.", "Check the id; nothing was planned.")
        if effect.kind == "fields":
            return self._update(wanted, rows[0], number, target)
        return self._action(wanted, effect, rows[0], number, target)

    def _target(self, wanted: Wanted) -> str:
        operation = wanted.operation
        path = target_path(operation).format_map(wanted.parameters)
        if operation.method == "POST" and not operation.path.endswith("}"):
            path = operation.path.removeprefix("/v3/").format_map(wanted.parameters)
            return path if wanted.body is None else f"{path}#{self.digests.of(as_json(wanted.body))[:12]}"
        return path

    def _creation(self, wanted: Wanted, effect: Effect, number: int, target: str) -> Step:
        operation, body = wanted.operation, dict(wanted.body or {})
        fields = digest_fields(operation, body, self.digests)
        expected: dict[str, Any] = {"fields": fields}
        if effect.marker:
            body, expected["marker"] = self._mark(body, effect.marker, f"{target}/{number}")
        if effect.marker in ("", "tags"):
            rows = self.reader.rows(effect, wanted.parameters)
            expected["known"] = sorted(str(row.get(effect.key)) for row in rows)
            if effect.once and any(is_like(operation, row, fields, self.digests) for row in rows):
                return Step(number, "noop", target, wanted.parameters, body, {}, expected)
        return Step(number, "change", target, wanted.parameters, body, {}, expected, _warnings(operation, body))

    def _mark(self, body: Body, name: str, about: str) -> tuple[Body, str]:
        """The body with our mark in it, by which it is found again after an answer was lost."""
        mark = "wb:" + hashlib.sha256(f"{self.nonce}/{about}".encode()).hexdigest()[:12]
        if name != "tags":
            return body | {name: f"{body[name]} [{mark}]"}, mark
        tags = [*body.get("tags", []), mark]
        if len(tags) > (TAGS.most or 0):
            raise UsageError(f"{len(tags) - 1} tags leave no room for our own mark.", "Leave one out.")
        return body | {"tags": tags}, mark

    def _update(self, wanted: Wanted, row: Row, number: int, target: str) -> Step:
        operation, body = wanted.operation, dict(wanted.body or {})
        if not body:
            raise UsageError(f"{operation.name} was given nothing to change.", takes(operation))
        present = present_fields(operation, row)
        if operation.name == "update_account_details":
            _keep_right(body, present)
        body = self._complete(operation, body, present)
        require(replace(wanted, body=body))
        expected = digest_fields(operation, body, self.digests)
        nothing = self.digests.of(None)
        now = {name: self.digests.of(present.get(name)) if name in present else nothing for name in expected}
        changed = [name for name, digest in expected.items() if now[name] != digest]
        before = {name: Seen(self._shown(operation, name, present.get(name)), now[name]) for name in changed}
        told = {"fields": expected, "before": {name: now[name] for name in changed}}
        in_vain = [name for name in changed if name in effect_of(operation).loose]
        notes = [f"the provider says that {', '.join(in_vain)} cannot be changed this way"] if in_vain else []
        notes += _warnings(operation, body)
        return Step(number, "change" if changed else "noop", target, wanted.parameters, body, before, told, tuple(notes))

    def _complete(self, operation: Operation, body: Body, present: Body) -> Body:
        """A body that replaces a whole entity: what is not given stays as it is, filled in when it is applied."""
        of = body_shape(operation)
        if of is None or not any(item.required for item in of.fields.values()):
            return body
        kept = {
            name: Place(PRESENT, self.digests.of(present[name])) for name, item in of.fields.items()
            if name not in body and present.get(name) is not None and item.sensitivity != "secret"
        }  # fmt: skip
        return {name: (body | kept)[name] for name in of.fields if name in body or name in kept}

    def _action(self, wanted: Wanted, effect: Effect, row: Row, number: int, target: str) -> Step:
        verdict = judge(wanted.operation, wanted.parameters, {}, self.reader, self.digests)
        before = watch(effect, row, wanted.parameters, self.digests, plain=self.plain)
        if effect.kind == "joined" and not verdict.happened and len(row.get("tags") or []) >= (TAGS.most or 0):
            raise UsageError(f"{target} has {TAGS.most} tags already, which is the most.", "Take one off first.")
        return Step(number, "noop" if verdict.happened else "change", target, wanted.parameters, wanted.body, before)

    def _renaming(self, wanted: Wanted, rows: list[Row], number: int, target: str) -> Step:
        require(wanted)
        old, new = wanted.parameters["tag"], (wanted.body or {})["tag"]
        tags = [str(row.get("tag")) for row in rows]
        if old not in tags:
            raise UsageError(f"There is no {target}.", suggest(old, tags, "i3d get flexmetal_tags"))
        before = {"tag": Seen(old, self.digests.of(old))}
        action = "noop" if old == new else "change"
        return Step(number, action, target, wanted.parameters, wanted.body, before, {"name": new})  # type: ignore[arg-type]

    def _shown(self, operation: Operation, name: str, value: Any) -> str:
        of = body_shape(operation)
        item = of.fields.get(name.partition(".")[0]) if of else None
        secret = item is not None and item.sensitivity == "secret"
        hidden = secret or (not self.plain and sensitive(item))
        return MASK if hidden and value not in (None, "") else shown(value)


def _warnings(operation: Operation, body: Body) -> tuple[str, ...]:
    """What a body means beyond what it says."""
    racks = "colocatedAccessServer"
    all_racks = operation.body is not None and racks in operation.body.fields and not body.get(racks)
    return ("no rack is named, which asks for all racks",) if all_racks else ()


def _keep_right(body: Body, present: Body) -> None:
    """`isAllowedFlexMetal` is a right of the account that happens to be writable: it goes back as it came."""
    name = "isAllowedFlexMetal"
    if name in body and present.get(name) is not None and str(body[name]) != str(present[name]):
        raise UsageError(f"{name} is a right that the provider grants.", "Leave it out: it stays as it is.")
