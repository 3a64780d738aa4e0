"""Which path parameters exist: the catalogue's `each`, resolved against the rows of the world."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from pipelines.i3d.operation import Operation
from pipelines.simulator.request import not_found

if TYPE_CHECKING:
    from pipelines.simulator.world import World


def collect(value: Any, names: list[str]) -> Iterator[Any]:
    """Yields every value at a dotted path, through lists; a child's own path parameter hides behind its `@`."""
    if isinstance(value, list):
        for item in value:
            yield from collect(item, names)
    elif not names:
        yield value
    else:
        yield from collect(value[names[0]] if names[0] in value else value["@" + names[0]], names[1:])


def combinations(world: World, operation: Operation) -> Iterator[dict[str, str]]:
    """Yields the path parameters with which an operation can be asked; all of them come from one parent table."""
    if not operation.each:
        yield {}
        return
    paths = {name: source.split(".") for name, source in operation.each.items()}
    table = next(iter(paths.values()))[0]
    for row in world.stored(table):
        for values in product(*(list(collect(row, path[1:])) for path in paths.values())):
            yield dict(zip(paths, map(str, values), strict=True))


def check(world: World, operation: Operation, parameters: dict[str, str]) -> None:
    """Raises Refusal 404 when a parent does not exist."""
    if operation.each and parameters not in combinations(world, operation):
        raise not_found()
