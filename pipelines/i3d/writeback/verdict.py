"""Whether a write shows in what can be read: yes, no, or nobody can tell. Sends reads only.

Used three times: a plan leaves out what is as wanted already, apply looks once more, resolve settles what is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.i3d.operation import Operation
from pipelines.i3d.writeback.digests import Digests
from pipelines.i3d.writeback.effect import Effect, effect_of
from pipelines.i3d.writeback.state import Reader, Row, is_like, is_readable, present_fields

NO_DATE = frozenset({
    "", "0", "0000-00-00", "0000-00-00 00:00:00", "00-00-0000", "1970-01-01", "1970-01-01 00:00:00", "none", "null",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a write shows: yes, no, or None where reading does not tell; `key` is the id of what was created."""

    happened: bool | None
    said: str
    key: str = ""


def judge(
    operation: Operation, parameters: dict[str, str], expected: dict[str, Any], reader: Reader, digests: Digests
) -> Verdict:  # fmt: skip
    """Reads, and says whether the write shows. `expected` is that of a step or a record. Errors as `Client.rows`."""
    effect = effect_of(operation)
    if effect.read is None:
        return Verdict(happened=None, said="the API has no read that would show it")
    rows = reader.rows(effect, parameters)
    if effect.kind == "created":
        if not reader.tells(effect, parameters):
            return Verdict(happened=None, said=f"the answer has no {effect.inside}")
        return _judge_created(operation, effect, rows, expected, reader, digests)
    if effect.kind == "renamed":
        return _judge_renamed(parameters["tag"], expected.get("name", ""), rows)
    if effect.kind == "gone":
        return _judge_gone(effect, rows)
    if not rows:
        return Verdict(happened=None, said="what it is about is not there any more")
    if effect.kind != "fields" and effect.field not in rows[0]:
        return Verdict(happened=None, said=f"the answer has no {effect.field}")
    if effect.kind == "fields":
        return _judge_fields(operation, rows[0], expected, digests)
    if effect.kind in ("joined", "left"):
        return _flag(effect, _listed(rows[0], effect, parameters))
    return _flag(effect, _holds(effect, rows[0]))


def _flag(effect: Effect, holds: bool) -> Verdict:  # noqa: FBT001
    return Verdict(happened=holds, said=f"{effect.field} {'shows it' if holds else 'does not show it'}")


def _listed(row: Row, effect: Effect, parameters: dict[str, str]) -> bool:
    member = list(parameters.values())[-1] in [str(item) for item in row.get(effect.field) or []]
    return member == (effect.kind == "joined")


def _holds(effect: Effect, row: Row) -> bool:
    text = str(row.get(effect.field)).strip().casefold() if row.get(effect.field) is not None else ""
    if effect.kind in ("filled", "empty"):
        return (text in NO_DATE) == (effect.kind == "empty")
    return (text in effect.words) == (effect.kind == "is")


def _judge_gone(effect: Effect, rows: list[Row]) -> Verdict:
    if not rows:
        return Verdict(happened=True, said="it is not there any more")
    going = bool(effect.words) and str(rows[0].get(effect.field)).casefold() in effect.words
    return Verdict(happened=going, said=f"its {effect.field} is {rows[0].get(effect.field)}" if going else "it is still there")


def _judge_renamed(old: str, new: str, rows: list[Row]) -> Verdict:
    names = {str(row.get("tag")) for row in rows}
    if (old in names) == (new in names):
        return Verdict(happened=(old == new and old in names) or None, said="both names, or neither, are there")
    return Verdict(happened=new in names, said=f"{new if new in names else old} is there")


def _judge_fields(operation: Operation, row: Row, expected: dict[str, Any], digests: Digests) -> Verdict:
    present = {name: digests.of(value) for name, value in present_fields(operation, row).items()}
    nothing = digests.of(None)
    loose = effect_of(operation).loose
    wanted = {name: digest for name, digest in expected["fields"].items() if name not in loose}
    before = {name: digest for name, digest in expected.get("before", {}).items() if name not in loose}
    differ = [name for name, digest in wanted.items() if present.get(name, nothing) != digest]
    if not all(wanted.values()):
        return Verdict(happened=None, said="a secret is not at hand to compare with")
    if expected.get("before") and not before:
        return Verdict(happened=None, said=f"the API does not tell whether it took {', '.join(loose)}")
    if not differ:
        return Verdict(happened=True, said="every field is as wanted")
    if not all(is_readable(row, name) for name in differ):
        return Verdict(happened=None, said=f"{', '.join(differ)} cannot be read")
    if before and all(present.get(name, nothing) == digest for name, digest in before.items()):
        return Verdict(happened=False, said="every field is as before")
    return Verdict(happened=None, said=f"{', '.join(differ)} is neither as before nor as wanted")


def _judge_created(
    operation: Operation, effect: Effect, rows: list[Row], expected: dict[str, Any], reader: Reader, digests: Digests
) -> Verdict:  # fmt: skip
    mark = expected.get("marker", "")
    marked = [row for row in rows if mark and _carries(row.get(effect.marker), mark)]
    if marked:
        return Verdict(happened=True, said=f"{mark} is on it", key=str(marked[0].get(effect.key)))
    if effect.marker == "title" and rows and not any(row.get("title") for row in rows):
        return Verdict(happened=None, said="the answer has no titles")
    if "known" not in expected:
        return Verdict(happened=False, said=f"nothing carries {mark}")
    fresh = [row for row in rows if str(row.get(effect.key)) not in expected["known"]]
    if mark:  # the mark may have been lost on the way: something new of that name is for a person to look at
        fresh = [row for row in fresh if digests.of(row.get("name")) == expected["fields"].get("name")]
    same = [row for row in fresh if is_like(operation, reader.detail(effect, row), expected["fields"], digests)]
    if len(same) == 1 or (same and effect.once):
        return Verdict(happened=True, said="it is there", key=str(same[0].get(effect.key)))
    if fresh:
        return Verdict(happened=None, said=f"{len(fresh)} are new and {len(same)} of them look like it")
    return Verdict(happened=False, said="nothing new is there")


def _carries(value: Any, mark: str) -> bool:
    return mark in (value if isinstance(value, list) else str(value))
