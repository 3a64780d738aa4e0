"""Stories about whole invoices: sent twice, added up wrongly, taken back, not paid. One small function each.

Stories about single lines are in `spoilt_lines.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

from pipelines.simulator.draft import Row
from pipelines.simulator.seed.invoice_stories import Desk, Planted, Story
from pipelines.simulator.seed.invoicing import Line, half_up, issue
from pipelines.simulator.seed.places import EUR


def draw(desk: Desk, least: int = 1, most: int = 9) -> Row:
    """An invoice of this run with so many lines and no story about all of it; raises LookupError when there is none."""
    found = [row for row in desk.fresh if "@told" not in row and least <= len(row["@lines"]) <= most]
    if not found:
        raise LookupError("invoices")
    row = desk.random.choice(found)
    row["@told"] = True
    return row


def duplicate_invoice(desk: Desk) -> None:
    """The same invoice once more under another number."""

    def repeat(first: Row) -> None:
        again = issue(desk.world, first["description"], first["@currency"], first["@term"], first["@lines"])
        again.update(creationDate=first["creationDate"], dueDate=first["dueDate"])
        for position in range(len(again["@lines"])):
            desk.plant("duplicate invoice", "duplicate_invoice", again, position)
        desk.world.planted.append(Planted("duplicate invoice", "A9", again["id"]))

    desk.world.clock.after(timedelta(hours=1), partial(repeat, draw(desk, least=2)))


def duplicate_line(desk: Desk) -> None:
    """A month of a service that another invoice has charged already."""
    invoice, position = desk.take()
    line: Line = invoice["@lines"][position]

    def repeat() -> None:
        again = issue(desk.world, "Correction", invoice["@currency"], 14, [line])
        desk.plant("duplicate line", "duplicate_line", again, 0)

    desk.world.clock.after(timedelta(days=9), repeat)


def falsify_header(desk: Desk) -> None:
    """A total that is one unit above the sum of its lines."""

    def falsify(row: Row) -> None:
        for name in ("amountIncVAT", "amountExclVAT", "remainingAmount"):
            row[name] = str(int(row[name]) + 100)
        desk.world.planted.append(Planted("wrong header", "A4", row["id"]))

    desk.world.clock.after(timedelta(hours=1), partial(falsify, draw(desk)))


def credit(desk: Desk, story: str, percent: int) -> None:
    """A credit note for part of a line or all of it, which names the invoice that it corrects."""
    invoice, position = desk.take()
    line: Line = invoice["@lines"][position]

    def give_back() -> None:
        back = line.negated(invoice["invoiceNumber"])
        amount = half_up(Decimal(back.amount * percent) / 100)
        note = issue(
            desk.world, f"Credit for {invoice['invoiceNumber']}", invoice["@currency"], 14,
            [replace(back, amount=amount, price=str(amount))],
        )  # fmt: skip
        desk.plant(story, "matched", note, 0)

    desk.world.clock.after(timedelta(days=12), give_back)


def credit_line(desk: Desk) -> None:
    """A line is taken back."""
    credit(desk, "credit", 100)


def credit_part(desk: Desk) -> None:
    """A third of a line is taken back."""
    credit(desk, "partial credit", 30)


def credit_goodwill(desk: Desk) -> None:
    """A credit note that refers to nothing and stays open."""
    day = desk.world.clock.now().date()
    line = Line("Goodwill", (day, day + timedelta(days=1)), -2500, "-2500")
    note = issue(desk.world, "Goodwill credit", EUR, 14, [line])
    note["@settle"] = Decimal(0)
    desk.plant("goodwill", "credit_unmatched", note, 0)


def unexpected(desk: Desk) -> None:
    """An invoice for what no service of the account is."""
    day = desk.world.clock.now().date()
    amount = 8_000 + desk.random.randrange(9_000)
    line = Line("Remote hands", (day, day + timedelta(days=1)), amount, str(amount))
    note = issue(desk.world, "Remote hands", EUR, 14, [line])
    desk.plant("unexpected charge", "unexpected_charge", note, 0)


def leave_unpaid(desk: Desk) -> None:
    """An invoice that nobody pays."""
    invoice = draw(desk)
    invoice["@settle"] = Decimal(0)
    desk.world.planted.append(Planted("unpaid", "overdue", invoice["id"]))


def pay_partly(desk: Desk) -> None:
    """An invoice of which 40 % is paid."""
    invoice = draw(desk)
    invoice["@settle"] = Decimal("0.4")
    desk.world.planted.append(Planted("partly paid", "overdue", invoice["id"]))


STORIES: list[Story] = [
    duplicate_invoice, duplicate_line, falsify_header, credit_line, credit_part, credit_goodwill, unexpected, leave_unpaid,
    pay_partly,
]  # fmt: skip
