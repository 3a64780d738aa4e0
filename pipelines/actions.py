"""Plans from a query: every row of a SELECT on the published file is one write. Ready-made ones lie in `sql/actions/`.

Columns are called like the parameters and fields of the operation, in its own spelling or in snake case; NULL is not given.

An action is a file whose first lines are comments: `-- operation: NAME`, `-- does: …`, and `-- plan only: yes` for a list that
nobody should apply unread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import UsageError
from pipelines.i3d.operation import Operation
from pipelines.i3d.rows import column
from pipelines.i3d.selection import suggest
from pipelines.i3d.writeback.plan import Plan
from pipelines.i3d.writeback.planning import find_write, plan_rows
from pipelines.i3d.writeback.values import body_shape
from pipelines.query import query_rows
from pipelines.settings import Settings
from pipelines.warehouse import Warehouse

FOLDER = Path(__file__).resolve().parent.parent / "sql" / "actions"
HEAD = re.compile(r"^-- (operation|does|plan only): *(.+?) *$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Action:
    """A SELECT and what its rows are for; `operation` is empty where the file does not say."""

    name: str
    sql: str
    operation: str = ""
    does: str = ""
    plan_only: bool = False


def read_action(path: Path) -> Action:
    """The action in a file. Raises UsageError."""
    try:
        sql = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).", "Name a file with one SELECT.") from None
    head = dict(HEAD.findall(sql))
    return Action(path.stem, sql, head.get("operation", ""), head.get("does", ""), head.get("plan only") == "yes")


def actions() -> list[Action]:
    """The ready-made ones, by name."""
    return [read_action(path) for path in sorted(FOLDER.glob("*.sql"))]


def find_action(name: str) -> Action:
    """The ready-made action of this name. Raises UsageError."""
    known = {action.name: action for action in actions()}
    if name not in known:
        raise UsageError(f"There is no action {name!r}.", suggest(name, known, "ls sql/actions"))
    return known[name]


def spellings(operation: Operation) -> dict[str, str]:
    """How columns may be spelt: `colocation_id` for the parameter colocationId, `ssh_key` for the field sshKey."""
    of = body_shape(operation)
    return {column(name): name for name in (*operation.parameters, *(of.fields if of else ()))}


def plan_action(
    settings: Settings, source: str | Path, operation: str | None = None, words: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
) -> Plan:  # fmt: skip
    """The plan of a ready-made action (by name) or of a file with a SELECT; `words` and `body` hold for every row.

    Raises UsageError for bad SQL, for a column that is no parameter or field, and for everything of `plan_rows`.
    """
    action = read_action(source) if isinstance(source, Path) else find_action(source)
    name = operation or action.operation
    if not name:
        raise UsageError("The query does not say what to do with its rows.", "Name a write before --from-sql.")
    names = spellings(find_write(name))
    found = query_rows(Warehouse.of(settings), action.sql)
    rows = [{names.get(column, column): value for column, value in row.items()} | dict(words or {}) for row in found]
    return plan_rows(settings, name, rows, body, plan_only=action.plan_only)
