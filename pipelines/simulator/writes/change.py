"""How a write is carried out: read the body, change the world, log it once, answer as documented.

What each write changes belongs in the modules of the areas, what a body may hold in `body.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.i3d.catalogue import BY_NAME
from pipelines.i3d.operation import Operation
from pipelines.simulator.dress import dress
from pipelines.simulator.request import Request, Response, answer, empty
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body, read_body

Parameters = dict[str, str]
Change = Callable[[World, Body, Parameters], Row | None]
Handler = Callable[[World, Request, Parameters], Response]

# Documented with status 200 although nothing comes back.
EMPTY_BUT_OK = frozenset({"request_calc_quote"})


def handlers(**changes: Change) -> dict[str, Handler]:
    """The handler of every change, both under the name of the operation."""
    return {name: handler(BY_NAME[name], change) for name, change in changes.items()}


def handler(operation: Operation, change: Change) -> Handler:
    """The handler of one operation; a change that raises Refusal must not have touched a table before."""

    def handle(world: World, request: Request, parameters: Parameters) -> Response:
        row = change(world, read_body(operation, request), parameters)
        world.writes.append((request.method, request.path))
        return respond(world, operation, row)

    return handle


def respond(world: World, operation: Operation, row: Row | None) -> Response:
    """A list of one, an object or nothing, whichever the operation documents, dressed like the answer of a read."""
    if operation.answer == "empty" or row is None:
        return empty(200 if operation.name in EMPTY_BUT_OK else 204)
    shown = dress(world.switches, [row])
    return answer(shown if operation.answer == "list" else shown[0])


def accept(_world: World, _body: Body, _parameters: Parameters) -> None:
    """The change of a request that leaves no trace in the account: it is noted by the log of writes alone."""
