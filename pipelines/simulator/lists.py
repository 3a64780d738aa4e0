"""Reads that follow from the catalogue alone: rows of a table below their parents, or one row by its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.operation import Operation
from pipelines.simulator.dress import dress
from pipelines.simulator.pages import cut
from pipelines.simulator.parents import check
from pipelines.simulator.request import Request, Response, answer, not_found

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]
# One row comes in a list nearly everywhere; these answers are the object itself.
BARE = frozenset({
    "get_health", "get_session_user", "get_calc_order_details", "get_remote_information", "get_ticket_texts",
    "get_payment_landing",
})  # fmt: skip
UNDOCUMENTED_ANSWER = frozenset({"get_calc_vat_percentages", "get_calc_margins"})


def read(world: World, request: Request, operation: Operation, parameters: dict[str, str]) -> Response:
    """Answers a read without special rules; raises Refusal 404 for an unknown parent or row."""
    table = operation.table or operation.rereads
    rows = [row for row in world.stored(table) if belongs(operation, table, row, parameters)]
    if operation.answer == "one":
        if not rows:
            raise not_found()
        return answer_one(world, operation, world.show(table, rows[0]))
    check(world, operation, parameters)
    return answer_rows(world, request, operation, rows)


def belongs(operation: Operation, table: str, row: Row, parameters: dict[str, str]) -> bool:
    """Whether a row lies below the path: its hidden parameters agree, and the last one is its key where one row is asked."""
    key = (BY_TABLE[table].key or ("id",))[-1]
    return all(
        str(row["@" + name]) == value if "@" + name in row else operation.answer != "one" or str(row[key]) == value
        for name, value in parameters.items()
    )


def answer_rows(
    world: World, request: Request, operation: Operation, rows: list[Any], show: Callable[[Row], Row] | None = None
) -> Response:
    """One page of a list as it goes over the wire; live values are computed for the page only."""
    page, headers = cut(world, request, operation, rows)
    if page is None:
        return answer(None)
    if operation.answer == "strings":
        return answer(page)
    enliven = show or (lambda row: world.show(operation.table, row))
    shown = dress(world.switches, [enliven(row) for row in page])
    if operation.name in UNDOCUMENTED_ANSWER and world.switches.calc_answer == "object":
        return answer(shown[0])
    return answer(shown, headers=headers)


def answer_one(world: World, operation: Operation, row: Row) -> Response:
    """One row, in a list or bare."""
    shown = dress(world.switches, [row])
    return answer(shown[0] if operation.name in BARE else shown)
