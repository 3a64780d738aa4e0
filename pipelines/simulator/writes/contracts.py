"""Giving notice on a contract and taking it back: the same for racks and cross connects.

What a contract says, and that a service leaves the list when it has ended, is up to the seeds.
"""

from __future__ import annotations

from datetime import date
from itertools import count

from pipelines.simulator.seed.contracts import add_months
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body
from pipelines.simulator.writes.change import Change, Parameters
from pipelines.simulator.writes.rows import locate, present, wrong_state


def earliest_end(row: Row, today: date) -> date:
    """The end of the first term, extended as often as needed, that the period of notice still reaches."""
    notice, end = add_months(today, row["cancellationPeriod"]), date.fromisoformat(row["dateEndContract"])
    terms = (add_months(end, number * (row["extendPeriod"] or 1)) for number in count())
    return next(term for term in terms if term >= notice)


def cancel(table: str) -> Change:
    """The change that gives notice; whatever the body holds is passed over. Raises Refusal 404 or 422."""

    def change(world: World, _body: Body, parameters: Parameters) -> Row:
        row = locate(world, table, parameters)
        if row["dateCancelled"]:
            raise wrong_state("The contract is cancelled already")
        row["dateCancelled"] = earliest_end(row, world.clock.now().date()).isoformat()
        return present(world, table, row)

    return change


def revert(table: str) -> Change:
    """The change that takes a notice back while the contract still runs; raises Refusal 404 or 422."""

    def change(world: World, _body: Body, parameters: Parameters) -> Row:
        row = locate(world, table, parameters)
        if not row["dateCancelled"]:
            raise wrong_state("The contract is not cancelled")
        if row["dateCancelled"] <= world.clock.now().date().isoformat():
            raise wrong_state("The contract has ended")
        row["dateCancelled"] = ""
        return present(world, table, row)

    return change
