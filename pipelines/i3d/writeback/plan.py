"""A plan: what would be sent, what stands there now, how risky it is. A JSON file that is applied exactly as it was written.

How a plan is made is in `planning.py`, how it is carried out in `applying.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import orjson

from pipelines.errors import UsageError
from pipelines.i3d.operation import Operation
from pipelines.i3d.redaction import MASK
from pipelines.i3d.selection import find
from pipelines.i3d.writeback.effect import effect_of
from pipelines.i3d.writeback.placeholders import PRESENT, Place, as_json, from_json
from pipelines.i3d.writeback.state import Seen, fields_of, sensitive, shown
from pipelines.i3d.writeback.values import body_shape
from pipelines.warehouse import in_one_step, storage_errors

Action = Literal["change", "noop"]
FORMAT = 1
AFTER = {
    "gone": "(gone)", "joined": "(on it)", "left": "(not on it)", "filled": "(set by the API)", "empty": "(none)",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the diff: which step and target, which field, its value now and afterwards."""

    step: int
    target: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """One request: path parameters, body with its places, target, what stood there, what must show afterwards."""

    number: int
    action: Action
    target: str
    parameters: dict[str, str]
    body: Any = None
    before: dict[str, Seen] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One operation on one target or many. An approval is bound to `hash`; `plan_only`: to be read, not to be applied."""

    operation: Operation
    steps: tuple[Step, ...]
    author: str
    base_url: str
    created_at: str
    nonce: str
    plan_only: bool = False

    @property
    def risk(self) -> int:
        """0 to 5, that of its operation."""
        return self.operation.risk

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that would send something."""
        return tuple(step for step in self.steps if step.action == "change")

    @property
    def confirmation(self) -> str:
        """What must be typed to apply a plan of risk 4: the target's id, or for many targets the head of the hash."""
        names = {list(step.parameters.values())[-1] if step.parameters else self.operation.name for step in self.changes}
        return names.pop() if len(names) == 1 else self.hash[:8]

    @property
    def hash(self) -> str:
        """SHA-256 over everything else in the plan, in hex."""
        return hashlib.sha256(orjson.dumps(self._content(), option=orjson.OPT_SORT_KEYS)).hexdigest()

    def path_of(self, step: Step) -> str:
        """The effective path of a step."""
        return self.operation.fill(step.parameters)

    def diff(self, *, reveal: bool = False) -> Iterator[Change]:
        """Yields the lines of the diff, without values of class personal unless `reveal`, without secrets always."""
        compared = effect_of(self.operation).kind == "fields"
        for step in self.changes:
            after = self._after(step, reveal=reveal)
            for name in dict.fromkeys(step.before if compared else [*step.before, *after]):
                before = step.before[name].shown if name in step.before else ""
                yield Change(step.number, step.target, name, before, after.get(name, before))

    def _after(self, step: Step, *, reveal: bool) -> dict[str, str]:
        effect = effect_of(self.operation)
        if step.body:
            sent = fields_of(self.operation, step.body)
            new = {name: value for name, value in sent.items() if not (isinstance(value, Place) and value.source == PRESENT)}
            return {name: self._shown(name, value, reveal=reveal) for name, value in new.items()}
        words = AFTER.get(effect.kind, f"{'not ' if effect.kind == 'is_not' else ''}{' or '.join(effect.words[:1])}")
        return {effect.field or "(exists)": words} if effect.read else {"(request)": "(sent)"}

    def _shown(self, name: str, value: Any, *, reveal: bool) -> str:
        of = body_shape(self.operation)
        item = of.fields.get(name.partition(".")[0]) if of else None
        if isinstance(value, Place):
            return f"({value.source})" if value.source.startswith("upload:") else MASK
        if item is not None and not reveal and sensitive(item):
            return MASK
        return shown(value)

    def _content(self) -> dict[str, Any]:
        steps = []
        for step in self.steps:
            request = {"method": self.operation.method, "path": self.path_of(step), "query": {}, "body": as_json(step.body)}
            before = {name: asdict(seen) for name, seen in step.before.items()}
            steps.append({
                "number": step.number, "action": step.action, "target": step.target, "parameters": step.parameters,
                "request": request, "before": before, "expected": step.expected, "notes": list(step.notes),
            })  # fmt: skip
        return {
            "format": FORMAT, "operation": self.operation.name, "risk": self.risk, "author": self.author,
            "base_url": self.base_url, "created_at": self.created_at, "nonce": self.nonce,
            "plan_only": self.plan_only, "steps": steps,
        }  # fmt: skip

    def dump(self) -> bytes:
        """The file: the content and its hash."""
        return orjson.dumps(self._content() | {"hash": self.hash}, option=orjson.OPT_INDENT_2) + b"\n"

    def save(self, path: Path) -> None:
        """Writes the file, for its owner only from its first byte on, in one step. Raises StorageError."""

        def write(fresh: Path) -> None:
            fresh.touch(mode=0o600)
            fresh.write_bytes(self.dump())

        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            in_one_step(path, write)

    @classmethod
    def load(cls, content: bytes) -> Plan:
        """The plan in a file. Raises UsageError when it is none, or was changed by hand."""
        try:
            told = orjson.loads(content)
            if told["format"] != FORMAT:
                raise UsageError("The plan was made by another version.", "Make a new plan.")
            steps = tuple(_step(item) for item in told["steps"])
            heads = {name: told[name] for name in ("author", "base_url", "created_at", "nonce", "plan_only")}
            plan = cls(find(told["operation"]), steps, **heads)
            intact = plan.hash == told["hash"]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise UsageError("The file is no plan.", "`i3d write plan OPERATION … --out PLAN` makes one.") from None
        if not intact or plan._content()["steps"] != told["steps"] or plan.operation.kind != "write":
            raise UsageError("The plan was changed after it was made.", "Make a new plan.")
        return plan

    @classmethod
    def read(cls, path: Path) -> Plan:
        """The plan in a file. Raises UsageError."""
        try:
            return cls.load(path.read_bytes())
        except OSError as error:
            raise UsageError(f"{path} cannot be read ({error.strerror}).", "Name the file that --out wrote.") from None


def _step(item: dict[str, Any]) -> Step:
    before = {name: Seen(**seen) for name, seen in item["before"].items()}
    body = from_json(item["request"]["body"])
    return Step(
        item["number"], item["action"], item["target"], item["parameters"], body, before, item["expected"], tuple(item["notes"])
    )  # fmt: skip
