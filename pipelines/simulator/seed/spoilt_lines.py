"""Stories about lines: what is charged wrongly, twice, too early, too late or not at all. One small function each.

When they are told, and on which invoice, is in `invoice_stories.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from pipelines.simulator.draft import Row
from pipelines.simulator.seed.billing import seconds
from pipelines.simulator.seed.contracts import add_months
from pipelines.simulator.seed.dedicated_server import server
from pipelines.simulator.seed.invoice_stories import TITLES, Desk, Story, change, remove, service_of
from pipelines.simulator.seed.invoicing import Line, half_up, issue, prorate
from pipelines.simulator.seed.places import EUR, USD
from pipelines.simulator.signals import Span


def charge(desk: Desk, story: str, code: str, word: str, grow: Decimal, least: int = 0) -> None:
    """A measured line of which the quantity is too large by a share, at least by so many units."""
    invoice, position = desk.take(word=word)
    line: Line = invoice["@lines"][position]
    quantity = line.quantity + max(half_up(line.quantity * grow), least)
    change(invoice, position, replace(line, quantity=quantity, amount=half_up(quantity * Decimal(line.price))))
    desk.plant(story, code, invoice, position)


def kwh(desk: Desk) -> None:
    """More kWh than the meter shows."""
    charge(desk, "kwh variance", "usage_variance", " power", Decimal("0.10"), 20)


def overuse(desk: Desk) -> None:
    """More traffic above the commit than was measured."""
    charge(desk, "overuse variance", "usage_variance", "bandwidth overuse", Decimal("0.25"), 20)


def hours(desk: Desk) -> None:
    """More hours than the server ran."""
    charge(desk, "hours variance", "usage_variance", ") bm", Decimal("0.10"), 20)


def silence(desk: Desk) -> None:
    """A month of which no sample of the traffic is left."""
    invoice, position = desk.take(word="bandwidth overuse")
    table, key = service_of(invoice, position)
    begin, end = invoice["@lines"][position].period
    first, last = seconds(begin, end)
    for port in desk.world.find(table, id=key)["uplinks"]:
        uplink = desk.world.uplinks[port["uplinkId"]]
        desk.world.uplinks[uplink.id] = replace(uplink, spans=(*uplink.spans, Span(first + 300, last + 300)))
    desk.plant("no telemetry", "not_proved", invoice, position)


def price(desk: Desk) -> None:
    """Dearer than agreed."""
    invoice, position = desk.take()
    line: Line = invoice["@lines"][position]
    amount = line.amount * (103 + desk.random.randrange(12)) // 100
    change(invoice, position, replace(line, amount=amount, price=str(amount)))
    desk.plant("price variance", "price_variance", invoice, position)


def quantity(desk: Desk) -> None:
    """Two of what there is one of."""
    invoice, position = desk.take()
    line: Line = invoice["@lines"][position]
    change(invoice, position, replace(line, amount=2 * line.amount, quantity=2))
    desk.plant("quantity variance", "quantity_variance", invoice, position)


def vat(desk: Desk) -> None:
    """VAT at another rate than the one that is printed."""
    invoice, position = desk.take()
    change(invoice, position, replace(invoice["@lines"][position], vat_rate=desk.random.choice((15, 27))))
    desk.plant("vat variance", "vat_variance", invoice, position)


def setup(desk: Desk) -> None:
    """Setup costs of a line that has worked for months, within its fee."""
    invoice, position = desk.take(TITLES["cross_connects"])
    line: Line = invoice["@lines"][position]
    change(invoice, position, replace(line, amount=line.amount + 15_000, setup=15_000))
    desk.plant("repeated setup", "setup_fee_repeated", invoice, position)


def missing(desk: Desk) -> None:
    """A month that nobody charges."""
    invoice, position = desk.take(least=2)
    desk.owe("missing charge", "missing_charge", invoice["@lines"][position].service)
    remove(desk, invoice, {position})


def currency(desk: Desk) -> None:
    """A service in euro on an invoice in dollars."""
    in_euro = [(row, at) for row, at in desk.lines(least=2) if row["@currency"] == EUR]
    if not in_euro:
        raise LookupError("euro")
    invoice, position = in_euro[0]
    line: Line = invoice["@lines"][position]
    desk.taken.add(service_of(invoice, position))
    remove(desk, invoice, {position})
    other = issue(desk.world, invoice["description"], USD, invoice["@term"], [line])
    desk.plant("currency mismatch", "currency_mismatch", other, 0)
    desk.owe("currency mismatch", "currency_mismatch", line.service)


def several(desk: Desk, count: int) -> tuple[Row, list[int]]:
    """The positions of so many untouched lines of one invoice, which has more."""
    for invoice in desk.fresh:
        mine = [at for row, at in desk.lines(least=count + 1) if row is invoice][:count]
        if len(mine) == count:
            desk.taken.update(service_of(invoice, at) for at in mine)
            return invoice, sorted(mine)
    raise LookupError("several lines")


def merge(desk: Desk, invoice: Row, positions: list[int], amount: int) -> None:
    """One line in the place of several, with all their names."""
    lines = [invoice["@lines"][at] for at in positions]
    text = ", ".join(line.description.removesuffix(" monthly fee") for line in lines)
    others = tuple(service_of(invoice, at) for at in positions[1:])
    merged = replace(lines[0], description=f"{text} monthly fee", amount=amount, price=str(amount), order="", others=others)
    change(invoice, positions[0], merged)
    remove(desk, invoice, set(positions[1:]))


def ambiguous(desk: Desk) -> None:
    """A line that names two services and costs neither the one, nor the other, nor both."""
    invoice, positions = several(desk, 2)
    lines = [invoice["@lines"][at] for at in positions]
    merge(desk, invoice, positions, sum(line.amount for line in lines) * 9 // 10)
    desk.plant("ambiguous match", "ambiguous_match", invoice, positions[0])
    for line in lines:
        desk.owe("ambiguous match", "ambiguous_match", line.service)


def bundle(desk: Desk) -> None:
    """Three services on one line that charges exactly what they cost."""
    invoice, positions = several(desk, 3)
    merge(desk, invoice, positions, sum(invoice["@lines"][at].amount for at in positions))
    desk.plant("bundle", "matched", invoice, positions[0])


def gap(desk: Desk) -> None:
    """A month of which the first days are not charged."""
    invoice, position = desk.take()
    line: Line = invoice["@lines"][position]
    begin = line.period[0] + timedelta(days=6 + desk.random.randrange(6))
    amount = prorate(line.amount, begin, line.period[1])
    change(invoice, position, replace(line, period=(begin, line.period[1]), amount=amount, price=str(amount)))
    desk.plant("period gap", "period_gap", invoice, position)


def overlap(desk: Desk) -> None:
    """A month that begins in the one before, and costs more for it."""
    invoice, position = desk.take()
    line: Line = invoice["@lines"][position]
    begin = line.period[0] - timedelta(days=5 + desk.random.randrange(6))
    amount = line.amount + prorate(line.amount, begin, line.period[0])
    change(invoice, position, replace(line, period=(begin, line.period[1]), amount=amount, price=str(amount)))
    desk.plant("period overlap", "period_overlap", invoice, position)


def cancelled(desk: Desk) -> None:
    """A month after the service has ended. A rack would go on using power."""
    invoice, position = desk.take(TITLES[desk.random.choice(("dedicated_servers", "cross_connects"))])
    table, key = service_of(invoice, position)
    desk.world.find(table, id=key)["dateCancelled"] = desk.month.isoformat()
    desk.plant("billed after cancellation", "billed_after_cancel", invoice, position)


def deliver(desk: Desk, number: int, days: int) -> tuple[Row, date]:
    """A new unmetered server from some day of the month on, paid to its end; billing it is left to the story."""
    begin = desk.month + timedelta(days=days)
    row = server(desk.world, Random(number), number, begin=begin)  # noqa: S311 - reproducible, no secrets
    row["dateEnd"] = add_months(desk.month, 1).isoformat()
    servers = desk.world.tables["dedicated_servers"]
    servers.insert(len(servers) - 1, row)
    desk.taken.add(("dedicated_servers", row["id"]))
    return row, begin


def bill(desk: Desk, row: Row, begin: date, amount: int) -> Row:
    """An invoice of its own for the first month of a server."""
    line = Line(
        f"{row['serverName']} (#{row['id']}) monthly fee", (begin, add_months(desk.month, 1)), amount, str(amount),
        service=("dedicated_servers", row["id"]),
    )  # fmt: skip
    return issue(desk.world, f"Dedicated servers new {desk.month:%Y-%m}", EUR, 14, [line])


def early(desk: Desk) -> None:
    """A whole month of a server that was delivered in the course of it."""
    row, _ = deliver(desk, 100, 3 + desk.random.randrange(9))
    desk.plant("billed before start", "billed_before_start", bill(desk, row, desk.month, int(row["pricePerMonth"])), 0)


def prorated(desk: Desk) -> None:
    """Part of a month, three days too many charged."""
    row, begin = deliver(desk, 106, 4 + desk.random.randrange(8))
    amount = prorate(int(row["pricePerMonth"]), begin - timedelta(days=3), add_months(desk.month, 1))
    desk.plant("proration variance", "proration_variance", bill(desk, row, begin, amount), 0)


def part(desk: Desk) -> None:
    """Part of a month, charged by its days."""
    row, begin = deliver(desk, 112, 3 + desk.random.randrange(9))
    amount = prorate(int(row["pricePerMonth"]), begin, add_months(desk.month, 1))
    desk.plant("partial month", "matched", bill(desk, row, begin, amount), 0)


ADVANCE: list[Story] = [
    bundle, ambiguous, currency, missing, setup, price, quantity, vat, gap, overlap, cancelled, early, prorated, part,
]  # fmt: skip
USAGE: list[Story] = [kwh, overuse, hours, silence]
