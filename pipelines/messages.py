"""Every error message a person can meet, read out of the code that raises it, as a page to search in."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines import build, errors
from pipelines.errors import I3DError, UsageError
from pipelines.markdown import mark, table

PACKAGE = Path(__file__).resolve().parent
CHANGING = "The message itself says it."
GAP = "…"


@dataclass(frozen=True, slots=True)
class Message:
    """What an error says, `…` for what changes, and what to do next."""

    kind: str
    said: str
    next_step: str


@cache
def kinds() -> Mapping[str, type[I3DError]]:
    """The classes of errors, by name, in the order of `errors.py`."""
    found = [one for module in (errors, build) for one in vars(module).values() if isinstance(one, type)]
    return {one.__name__: one for one in found if issubclass(one, I3DError) and one is not I3DError}


@cache
def messages() -> tuple[Message, ...]:
    """What the package raises, each text once, in alphabetical order."""
    paths = sorted(PACKAGE.rglob("*.py"))
    found = {message for path in paths for message in _raised(ast.parse(path.read_text(encoding="utf-8")))}
    return tuple(sorted(found, key=lambda one: (one.said.lstrip(f"{GAP} `").lower(), one.said, one.next_step)))


def _raised(tree: ast.Module) -> Iterator[Message]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds() and node.args:
            said = _text(node.args[0])
            if said.strip(f"{GAP}. "):
                given = _text(node.args[1]) if len(node.args) > 1 else kinds()[node.func.id].next_step
                yield Message(node.func.id, said, given if given.strip(f"{GAP} ") else CHANGING)


def _text(node: ast.expr) -> str:
    """A text of the code, with a gap for each value that it is filled with."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return GAP


def write_messages() -> str:
    """The page: one section per kind of error, one line per message."""
    lines = [
        mark("the errors in `pipelines/`"),
        "# Error messages",
        "",
        f"What `i3d` may say on its way out, `{GAP}` for what changes, and what to do next. Search for the words that do not"
        " change. The exit code is 2 where the command, a setting or a plan is at fault, else 1.",
    ]
    for name, kind in kinds().items():
        mine = [one for one in messages() if one.kind == name]
        words = " ".join((kind.__doc__ or "").split())
        code = 2 if issubclass(kind, UsageError) else 1
        lines += ["", f"## {name}", "", f"{words} Exit code {code}. {kind.next_step}".strip()]
        if mine:
            lines += ["", *table(("message", "next step"), ((f"`{one.said}`", one.next_step) for one in mine))]
    return "\n".join(lines) + "\n"
