"""One API operation, frozen, and the four verbs that write one down.

An operation is data: what it is called, where it lives, what its rows look like, how it loads. It proves itself on
construction, so that a line in the catalogue that makes no sense fails at import and not in the night.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from urllib.parse import quote

from pipelines.i3d.shape import Shape

Kind = Literal["loaded", "on_demand", "write"]
Answer = Literal["list", "one", "strings", "file", "files", "empty"]
Mode = Literal["reference", "entity", "current", "log", "document", "series", "file", "none"]
Window = Literal["unix", "month"]
Group = Literal[
    "core", "billing", "telemetry", "account", "reference", "documents", "probes", "ticket_texts", "deprecated"
]

OPT_IN: frozenset[Group] = frozenset({"documents", "probes", "ticket_texts", "deprecated"})
LOCKED_RISK = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """One of the 187 operations of the API.

    `each` feeds path parameters: `{"colocationId": "colocations.id"}` reads "once for every `id` in table `colocations`".
    `key` names the fields (dotted inside objects) that identify a row; a table without one holds a single row.
    `observe` are the volatile fields kept as history in `<table>_observations` (`*`: all of them), `history` the contract
    fields versioned in `<table>_history`. `newest` is the field by which the API seems to list newest first,
    `open_unless` a field and the values that mean a document cannot change any more, `reread_on` the fields of the parent
    row whose change makes a detail worth asking again. `also` are further queries whose rows belong to the same table.
    `hashed` are the fields that make up `row_id` where the API gives no id, `only_with` a field without which a row is of
    another kind, `guessed` says that the parent is a guess and a 404 no surprise, `may_shrink` that losing rows is normal.
    """

    method: str
    path: str
    name: str
    kind: Kind
    answer: Answer = "list"
    shape: Shape | None = None
    area: str = ""
    group: Group = "core"
    table: str = ""
    key: tuple[str, ...] = ()
    each: dict[str, str] = field(default_factory=dict)
    mode: Mode = "none"
    paged: bool = False
    window: Window | None = None
    query: tuple[str, ...] = ()
    also: tuple[dict[str, str], ...] = ()
    observe: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    newest: str = ""
    open_unless: tuple[str, tuple[str, ...]] | None = None
    reread_on: tuple[str, ...] = ()
    hashed: tuple[str, ...] = ()
    only_with: str = ""
    guessed: bool = False
    may_shrink: bool = False
    rereads: str = ""
    body: Shape | None = None
    multipart: bool = False
    risk: int = 0
    locked: bool = False
    reloads: tuple[str, ...] = ()
    description: str = ""
    reason: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the path parameters, in order."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def default(self) -> bool:
        """Whether a load without `--select` reads it."""
        return self.kind == "loaded" and self.group not in OPT_IN

    @property
    def unpacks(self) -> bool:
        """Whether the answer is an envelope of samples, which take the fast path."""
        return self.mode == "series" and self.shape is not None and "data" in self.shape.fields

    @property
    def children(self) -> tuple[str, ...]:
        """The further tables that the same answer fills."""
        return ((f"{self.table}_observations",) if self.observe else ()) + (
            (f"{self.table}_history",) if self.history else ()
        )

    def __post_init__(self) -> None:
        for broken, why in self._contradictions():
            if broken:
                raise ValueError(f"{self.method} {self.path}: {why}")

    def _contradictions(self) -> tuple[tuple[bool, str], ...]:
        loaded = self.kind == "loaded"
        return (
            (loaded != bool(self.table), "a loaded operation has a table, and no other has"),
            (loaded and set(self.each) != set(self.parameters), "every path parameter needs a parent"),
            (loaded and not self.description, "a table says what one row is"),
            (loaded == (self.mode == "none"), "a load mode belongs to loaded operations"),
            (self.window is not None and not self.key, "a window is replaced on a key"),
            (self.mode in ("entity", "log", "document", "series") and not self.key, "rows are merged on a key"),
            (bool(self.history or self.hashed) and not self.key, "versions and hashes need a key"),
            (self.kind == "write" and self.method == "GET", "a write is not a GET"),
            (self.kind != "write" and (self.method != "GET" or self.body is not None), "a read is a bare GET"),
            (not loaded and self.kind == "on_demand" and not self.reason, "an exception states its reason"),
            (loaded and self.group in OPT_IN and not self.reason, "an opt-in states its reason"),
            (not 0 <= self.risk <= LOCKED_RISK, "risk runs from 0 to 5"),
            (self.kind != "write" and self._declares_secret(), "a field of class secret cannot be declared in a row"),
        )

    def _declares_secret(self) -> bool:
        return self.shape is not None and any(item.sensitivity == "secret" for _, item in self.shape.walk())

    def fill(self, parameters: dict[str, str]) -> str:
        """The path with its parameters filled in, percent-encoded.

        Raises ValueError when one is missing.
        """
        missing = [name for name in self.parameters if name not in parameters]
        if missing:
            raise ValueError(f"{self.name} needs {', '.join(missing)}")
        filled = {name: quote(str(parameters[name]), safe="") for name in self.parameters}
        return self.path.format_map(filled)

    def summary(self) -> dict[str, Any]:
        """The line of `i3d operations --json`."""
        return {
            "method": self.method,
            "path": self.path,
            "name": self.name,
            "kind": self.kind,
            "table": self.table or None,
            "children": list(self.children),
            "group": self.group,
            "area": self.area,
            "default": self.default,
            "paged": self.paged,
            "window": self.window,
            "risk": self.risk,
            "locked": self.locked,
            "reason": self.reason,
        }

    @classmethod
    def read(cls, path: str, name: str, shape: Shape | None, **rest: Any) -> Self:
        """A GET: loaded when it names a table, on demand otherwise."""
        kind: Kind = "loaded" if rest.get("table") else "on_demand"
        rest["key"] = (rest["key"],) if isinstance(rest.get("key"), str) else rest.get("key", ())
        return cls(method="GET", path="/v3" + path, name=name, kind=kind, shape=shape, **rest)

    @classmethod
    def write(cls, method: str, path: str, name: str, body: Shape | None, risk: int, **rest: Any) -> Self:
        """A POST, PUT or DELETE; risk 5 is locked."""
        locked = risk == LOCKED_RISK
        return cls(
            method=method, path="/v3" + path, name=name, kind="write", body=body, risk=risk, locked=locked, **rest
        )


def load(path: str, table: str, shape: Shape | None, mode: Mode, description: str, **rest: Any) -> Operation:
    """A GET that fills a table."""
    return Operation.read(path, f"get_{table}", shape, table=table, mode=mode, description=description, **rest)


def get(path: str, name: str, shape: Shape | None, reason: str, **rest: Any) -> Operation:
    """A GET that is only asked on demand, and why."""
    return Operation.read(path, name, shape, reason=reason, **rest)


def post(path: str, name: str, body: Shape | None, risk: int, **rest: Any) -> Operation:
    """A POST: never repeated blindly."""
    return Operation.write("POST", path, name, body, risk, **rest)


def put(path: str, name: str, body: Shape | None, risk: int, **rest: Any) -> Operation:
    """A PUT."""
    return Operation.write("PUT", path, name, body, risk, **rest)


def delete(path: str, name: str, risk: int, **rest: Any) -> Operation:
    """A DELETE."""
    return Operation.write("DELETE", path, name, None, risk, **rest)
