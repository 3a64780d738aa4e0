"""Rows of the world as writes see them: made, found, changed, dropped.

Nothing here knows an area of the API: which table, which key and which parents a path means, the catalogue says.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.simulator.draft import draft
from pipelines.simulator.request import HIDDEN, Refusal
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body, refuse
from pipelines.simulator.writes.change import Change, Parameters

Filling = Callable[[World, Row], Row]

MALFORMED = 10003
CONFLICT = 10004


def private(world: World, name: str) -> list[Row]:
    """Rows that no read shows, such as the settings of switch ports."""
    return world.tables.setdefault(HIDDEN + name, [])


def conflict(message: str) -> Refusal:
    """The 409 whose reason stands in the message alone."""
    return Refusal(409, CONFLICT, message)


def wrong_state(message: str) -> Refusal:
    """The 422 for an entity that is not in the right state."""
    return refuse(("status", message))


def locate(world: World, table: str, parameters: Parameters) -> Row:
    """The stored row that a path means, below its parents; raises Refusal 400 (malformed UUID) or 404."""
    line = BY_TABLE[table]
    parents = find_parents(world, table, parameters)
    own = [value for name, value in parameters.items() if name not in line.each]
    keys = dict(zip(line.key[-1:], own, strict=False))
    if "uuid" in keys:
        check_uuid(keys["uuid"])
    return world.find(table, **parents, **keys)


def check_uuid(text: str) -> None:
    """Raises Refusal 400 for a UUID that is none."""
    try:
        UUID(text)
    except ValueError:
        raise Refusal(400, MALFORMED, "Malformed UUID") from None


def find_parents(world: World, table: str, parameters: Parameters) -> Row:
    """The hidden keys of rows below the parents that a path names; raises Refusal 404."""
    keys: Row = {}
    for name, source in BY_TABLE[table].each.items():
        if name in parameters:
            parent, _, key = source.partition(".")
            keys[HIDDEN + name] = world.find(parent, **{key: parameters[name]})[key]
    return keys


def present(world: World, table: str, row: Row) -> Row:
    """A stored row as a read would show it now."""
    keys = BY_TABLE[table].key[-1:]
    same = (listed for listed in world.stored(table) if all(listed[key] == row[key] for key in keys))
    return world.show(table, next(same, row))


def add(world: World, table: str, fields: Row) -> Row:
    """Stores a new row, numbered and with all its fields."""
    line = BY_TABLE[table]
    assert line.shape is not None
    number = world.next_id(table)
    row = draft(line.shape, number) | {line.key[-1]: number} | fields
    world.tables[table].append(row)
    return row


def drop(world: World, table: str, row: Row) -> None:
    """Takes a stored row away, with the rows of every table below it."""
    world.tables[table][:] = [other for other in world.tables[table] if other is not row]
    for child, line in BY_TABLE.items():
        for name, source in line.each.items():
            parent, _, key = source.partition(".")
            if parent == table and key in row:
                kept = [other for other in world.tables[child] if other.get(HIDDEN + name) != row[key]]
                world.tables[child][:] = kept


def no_more(_world: World, _row: Row) -> Row:
    """Fills in nothing."""
    return {}


def dated(*names: str) -> Filling:
    """Fills the present moment into these fields, in unix seconds."""
    return lambda world, _row: dict.fromkeys(names, world.clock.stamp())


def create(table: str, fill: Filling = no_more) -> Change:
    """The change that stores the body as a new row; `fill` says what the API itself decides."""

    def change(world: World, body: Body, parameters: Parameters) -> Row:
        row = add(world, table, body | find_parents(world, table, parameters))
        row.update(fill(world, row))
        return present(world, table, row)

    return change


def update(table: str, fill: Filling = no_more) -> Change:
    """The change that writes the sent fields over those of the row in the path."""

    def change(world: World, body: Body, parameters: Parameters) -> Row:
        row = locate(world, table, parameters)
        row.update(body)
        row.update(fill(world, row))
        return present(world, table, row)

    return change


def delete(table: str) -> Change:
    """The change that takes away the row in the path."""

    def change(world: World, _body: Body, parameters: Parameters) -> None:
        drop(world, table, locate(world, table, parameters))

    return change
