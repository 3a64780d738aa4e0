"""What goes wrong on invoices, and the answer key: each story once, in a month and on a service that the seed draws.

A story spoils an invoice an hour after it was made, before anybody has read or paid it. How an invoice comes to be is in
`invoicing.py`; what happens to services is in `stories.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from pipelines.simulator.draft import Row
from pipelines.simulator.seed.contracts import add_months, month_start
from pipelines.simulator.seed.invoicing import Line, charged_services, total

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Service = tuple[str, int | str]
Mark = tuple[object, ...]
MONTHS = 4
FEE = "monthly fee"
TITLES = {"dedicated_servers": "Dedicated servers 2", "colocations": "Colocation 2", "cross_connects": "Cross connects 2"}


@dataclass(frozen=True, slots=True)
class Planted:
    """What one row of the reconciliation has to say: on a line, or (without an invoice) on a charge nobody billed.

    `code` is a code of the reconciliation, else the check (`A4`) that fails or `overdue`.
    """

    story: str
    code: str
    invoice_id: str | None = None
    line_number: int | None = None
    service: Service | None = None
    month: date | None = None


@dataclass(slots=True)
class Desk:
    """Where stories are made: the world, the seed's dice, the run at hand, and the services that have a story already."""

    world: World
    random: Random
    taken: set[Mark] = field(default_factory=set)
    month: date = date.min
    fresh: list[Row] = field(default_factory=list)

    def plant(self, story: str, code: str, invoice: Row, position: int) -> None:
        """Writes into the answer key what a line (its position from 0) has to get."""
        self.world.planted.append(Planted(story, code, invoice["id"], position + 1))

    def owe(self, story: str, code: str, service: Service | None) -> None:
        """Writes into the answer key what the charge of this month has to get that no line pays for."""
        self.world.planted.append(Planted(story, code, None, None, service, self.month))

    def lines(self, title: str = "", word: str = FEE, least: int = 1) -> list[tuple[Row, int]]:
        """The lines of this run that nothing has happened to, of invoices with at least so many lines, in drawn order."""
        found = [
            (invoice, position)
            for invoice in self.fresh
            if invoice["description"].startswith(title) and len(invoice["@lines"]) >= least
            for position, line in enumerate(invoice["@lines"])
            if word in line.description and line.service and not line.setup and whole_months(line)
            and self.mark(line.service, word) not in self.taken
        ]  # fmt: skip
        return self.random.sample(found, len(found))

    def take(self, title: str = "", word: str = FEE, least: int = 1) -> tuple[Row, int]:
        """Draws one of `lines` and keeps other stories off its service; raises LookupError when there is none."""
        choice = self.lines(title, word, least)
        if not choice:
            raise LookupError(title or word)
        invoice, position = choice[0]
        self.taken.add(self.mark(service_of(invoice, position), word))
        return invoice, position

    def mark(self, service: Service, word: str) -> Mark:
        """What one story keeps others off: the fees of a service altogether, its use in one month."""
        return service if word == FEE else (*service, word, self.month)


Story = Callable[[Desk], None]


def whole_months(line: Line) -> bool:
    """Whether the line charges whole months from the first day of one."""
    return line.period[0].day == line.period[1].day == 1


def service_of(invoice: Row, position: int) -> Service:
    """The table and id of the service that a line charges; raises LookupError when it charges none."""
    line: Line = invoice["@lines"][position]
    if line.service is None:
        raise LookupError(line.description)
    return line.service


def rewrite(invoice: Row, lines: list[Line]) -> None:
    """Gives an unpaid invoice other lines."""
    excl, vat = total(lines)
    invoice.update(amountIncVAT=str(excl + vat), amountExclVAT=str(excl), remainingAmount=str(excl + vat))
    invoice |= {"@lines": lines, "@charged": charged_services(lines)}


def change(invoice: Row, position: int, line: Line) -> None:
    """Replaces one line of an unpaid invoice."""
    lines = list(invoice["@lines"])
    lines[position] = line
    rewrite(invoice, lines)


def remove(desk: Desk, invoice: Row, positions: set[int]) -> None:
    """Takes lines out of an unpaid invoice; the answer key follows the numbers of those behind them."""
    rewrite(invoice, [line for position, line in enumerate(invoice["@lines"]) if position not in positions])
    for index, item in enumerate(desk.world.planted):
        if item.invoice_id == invoice["id"] and item.line_number:
            before = sum(position < item.line_number - 1 for position in positions)
            desk.world.planted[index] = replace(item, line_number=item.line_number - before)


def plan(world: World, now: datetime, taken: set[Mark], advance: list[Story], usage: list[Story]) -> None:
    """Spreads the stories over the runs of the last four months by the dice; what finds no line waits for the next run."""
    desk = Desk(world, Random(f"{world.seed} invoices"), taken)  # noqa: S311 - a reproducible world, no secrets
    for days, stories in ((-14, advance), (1, usage)):
        month = month_start(now)
        while when(month, days) <= now - timedelta(days=1):
            month = add_months(month, 1)
        months = [add_months(month, -back) for back in range(MONTHS, 0, -1)]
        drawn = [(desk.random.randrange(MONTHS), story) for story in stories]
        waiting: list[Story] = []
        for number, due in enumerate(months):
            mine = [story for draw, story in drawn if draw == number]
            world.clock.at(when(due, days), partial(spoil, desk, due, mine, waiting))


def when(month: date, days: int) -> datetime:
    """An hour after the run that is so many days from the beginning of the month."""
    return datetime.combine(month, time(7), UTC) + timedelta(days=days)


def spoil(desk: Desk, month: date, stories: list[Story], waiting: list[Story]) -> None:
    """Tells the stories of one run, those left over from the run before first."""
    desk.month = month
    since = desk.world.clock.stamp() - 3600
    desk.fresh = [row for row in desk.world.tables["invoices"] if row["creationDate"] >= since]
    pending, waiting[:] = [*waiting, *stories], []
    for story in pending:
        try:
            story(desk)
        except LookupError:
            waiting.append(story)
