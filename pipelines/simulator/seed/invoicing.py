"""How an invoice comes to be: its lines, its totals, its payment. When invoices are made is in `billing.py`.

Amounts are whole minor units of the invoice's currency, kept as integers until they go into a row as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import TYPE_CHECKING

from pipelines.i3d.catalogue import billing as shapes
from pipelines.simulator.draft import Row, draft
from pipelines.simulator.seed.contracts import add_months, month_start
from pipelines.simulator.seed.places import CURRENCIES

if TYPE_CHECKING:
    from pipelines.simulator.world import World

VAT = 21
OPEN, PAID, PARTLY_PAID = 0, 1, 2


def half_up(amount: Decimal) -> int:
    """Rounded to a whole minor unit, halves away from zero."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `period` is half open, `price` the unit price as printed, `service` and `others` what it charges."""

    description: str
    period: tuple[date, date]
    amount: int
    price: str
    quantity: int = 1
    setup: int = 0
    order: str = ""
    remarks: str = ""
    service: tuple[str, int | str] | None = None
    others: tuple[tuple[str, int | str], ...] = ()
    vat_rate: int = VAT

    @property
    def vat(self) -> int:
        """VAT of this line, rounded by itself; what is printed beside it is the right rate."""
        return half_up(Decimal(self.amount * self.vat_rate) / 100)

    def negated(self, remarks: str) -> Line:
        """The line of a credit note that takes this one back."""
        return replace(self, amount=-self.amount, price=f"-{self.price}", setup=-self.setup, remarks=remarks)

    def row(self) -> Row:
        """The line as the API sends it; the period's last day is inclusive."""
        return draft(
            shapes.INVOICE_ITEM, orderId=self.order, description=self.description, periodFrom=self.period[0].isoformat(),
            periodTo=(self.period[1] - timedelta(days=1)).isoformat(), remarks=self.remarks, quantity=self.quantity,
            setupCosts=str(self.setup), unitPrice=self.price, vatPercentage=VAT, vatAmount=str(self.vat),
            amountIncVat=str(self.amount + self.vat), amountExclVat=str(self.amount),
        )  # fmt: skip


def split_months(begin: date, end: date) -> Iterator[tuple[date, date]]:
    """Yields the pieces of [begin, end) that lie in one calendar month each."""
    while begin < end:
        piece = min(add_months(month_start(begin), 1), end)
        yield begin, piece
        begin = piece


def prorate(price: int, begin: date, end: date) -> int:
    """The part of a monthly price for [begin, end) within one month, by the days of that month."""
    first = month_start(begin)
    return half_up(Decimal(price * (end - begin).days) / (add_months(first, 1) - first).days)


def issue(world: World, title: str, currency: int, term: int, lines: Sequence[Line]) -> Row:
    """Makes an invoice (a credit note when its total is negative) and schedules its payment in full."""
    key = world.next_id("invoices")
    now = world.clock.now()
    name, sign, _, _ = CURRENCIES[currency]
    excl, vat = total(lines)
    row = draft(
        shapes.INVOICE, key, id=str(key), creationDate=world.clock.stamp(),
        dueDate=int((now + timedelta(days=term)).timestamp()), invoiceNumber=f"I3D{now.year}{key % 1000:05}",
        description=title, currency=name, currencySign=sign, amountIncVAT=str(excl + vat), amountExclVAT=str(excl),
        paymentStatus=OPEN, isCredit=int(excl < 0), remainingAmount=str(excl + vat), totalPaidAmount="0",
    )  # fmt: skip
    row |= {"@lines": list(lines), "@term": term, "@settle": Decimal(1), "@currency": currency}
    row["@charged"] = charged_services(lines)
    world.tables["invoices"].append(row)
    world.clock.after(timedelta(days=max(term - 3, 1)), partial(settle, world, row))
    return row


def total(lines: Sequence[Line]) -> tuple[int, int]:
    """What lines come to without VAT, and their VAT."""
    return sum(line.amount for line in lines), sum(line.vat for line in lines)


def charged_services(lines: Sequence[Line]) -> dict[str, list[int | str]]:
    """The ids of the services that lines charge, each once, by table."""
    services = {service for line in lines for service in (line.service, *line.others) if service}
    return {table: sorted(key for source, key in services if source == table) for table in {name for name, _ in services}}


def settle(world: World, row: Row) -> None:
    """Pays the agreed share of what an invoice asks."""
    if row["@settle"] == 0:
        return
    total = int(row["amountIncVAT"])
    paid = half_up(total * Decimal(row["@settle"]))
    row.update(
        paymentStatus=PAID if paid == total else PARTLY_PAID, paymentDate=world.clock.stamp(),
        totalPaidAmount=str(paid), remainingAmount=str(total - paid),
    )  # fmt: skip


def day_of(stamp: int) -> date:
    """The UTC day of a unix time."""
    return datetime.fromtimestamp(stamp, UTC).date()


def detail(world: World, row: Row) -> Row:
    """The long form of an invoice: text dates and an integer id, where the list has unix times and text."""
    account = world.tables["account_details"][0]
    key = int(row["id"])
    client = draft(
        shapes.INVOICE_CLIENT_DETAILS, key, companyName=account["companyName"], vatNumber=account["vatNumber"], country="NL"
    )
    provider = draft(
        shapes.INVOICE_COMPANY_DETAILS, name="i3D.net B.V.", address="Example street 1", zip="3000 AA", city="Rotterdam",
        country="Netherlands", phone="+31000000000", email="billing@example.net", url="https://example.net",
        iban="NL00BANK0000000000", bic="BANKNL2A",
    )  # fmt: skip
    shared = ("invoiceNumber", "invoiceHash", "paymentStatus", "paymentDate", "isCredit", "currency", "currencySign")
    return draft(
        shapes.INVOICE_DETAILS, key, **{name: row[name] for name in shared}, id=key, clientNumber="770001",
        creationDate=day_of(row["creationDate"]).isoformat(), dueDate=day_of(row["dueDate"]).isoformat(),
        paymentTerm=row["@term"], vatPercentage=VAT, vatAmount=str(int(row["amountIncVAT"]) - int(row["amountExclVAT"])),
        amountIncVat=row["amountIncVAT"], amountExclVat=row["amountExclVAT"], clientDetails=client, companyDetails=provider,
        items=[line.row() for line in row["@lines"]],
    )  # fmt: skip
