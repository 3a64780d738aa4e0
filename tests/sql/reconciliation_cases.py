"""One account in which every finding of the reconciliation occurs, each on services and invoices of its own, and its code.

Data only. The clock stands at 25 March 2026, invoices of 20 February charge March. Amounts are cents.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

Row = dict[str, Any]
# A line as the API sends it, and the codes of its rows.
Coded = tuple[Row, list[str]]
NOW = datetime(2026, 3, 25, 9, tzinfo=UTC)
FEBRUARY_FIRST = datetime(2026, 2, 1, tzinfo=UTC)
FIRST_SEEN = datetime(2025, 12, 1, tzinfo=UTC)
ISSUED = date(2026, 2, 20)
MARCH = ("2026-03-01", "2026-03-31")
FEBRUARY = ("2026-02-01", "2026-02-28")
TABLES = (
    "colocations", "colocations_history", "cross_connects", "cross_connects_history", "invoices", "invoice_details",
    "flexmetal_usage", "colocation_invoices",
)  # fmt: skip
# What settings/flexmetal_prices.csv and vat_rates.csv say.
PRICE_PER_HOUR = "bm7,,EUR,0.35,,,"
VAT_RATE = "NL,21,,"
LOG = [
    {"run_id": f"{number}", "table_name": "colocations", "as_of": day, "status": "loaded", "finished_at": day}
    for number, day in enumerate((FIRST_SEEN, datetime(2026, 2, 19, 9, tzinfo=UTC), datetime(2026, 2, 22, 9, tzinfo=UTC), NOW))
]


class Ledger:
    """Raw rows as they are written, and the codes that lines (invoice, line) and unbilled services must get."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {table: [] for table in TABLES}
        self.lines: dict[tuple[str, int], list[str]] = {}
        self.charges: dict[str, str] = {}

    def rack(
        self, key: str, price: object = 10000, *,
        start: str = "2026-02-01", paid: str = "2026-04-01", end: str = "", order: str = "",
    ) -> str:
        """A rack; returns its id."""
        row = {"id": key, "name": f"rack-{key}", "currency_id": "0", "price_per_month": str(price), "date_start": start,
               "date_end": paid, "date_cancelled": end, "purchase_order": order,
               "first_seen_at": FIRST_SEEN, "last_seen_at": NOW}  # fmt: skip
        self.rows["colocations"].append(row)
        self.version("colocations", key, price, FIRST_SEEN)
        return key

    def link(self, key: str, setup: int, price: int = 5000) -> str:
        """A cross connect from 1 March with setup costs; returns its id."""
        self.rows["cross_connects"].append({
            "id": key, "patch_customer_name": f"patch-{key}", "currency_id": "0", "monthly_fee": str(price),
            "setup_fee": str(setup), "date_start": "2026-03-01", "first_seen_at": FIRST_SEEN, "last_seen_at": NOW,
        })  # fmt: skip
        self.version("cross_connects", key, price, FIRST_SEEN)
        return key

    def version(self, table: str, key: str, price: object, since: datetime) -> None:
        """A price from a moment on."""
        name = "price_per_month" if table == "colocations" else "monthly_fee"
        self.rows[f"{table}_history"].append({"id": key, "currency_id": "0", name: str(price), "valid_from": since})

    def invoice(self, key: str, *lines: Coded, day: date = ISSUED, **header: Any) -> None:
        """An invoice of these lines, each with the codes of its rows."""
        items = [line for line, _ in lines]
        net, vat = (sum(int(item[name]) for item in items) for name in ("amountExclVat", "vatAmount"))
        stamp = int(datetime(day.year, day.month, day.day, 9, tzinfo=UTC).timestamp())
        total = {"amount_excl_vat": str(net), "amount_inc_vat": str(net + vat)}
        shared = {"id": key, "invoice_number": f"INV{key}", "currency": "Euro", "is_credit": 0} | header
        self.rows["invoices"].append(shared | total | {
            "creation_date": stamp, "due_date": stamp, "total_paid_amount": "0", "remaining_amount": str(net + vat),
        })  # fmt: skip
        self.rows["invoice_details"].append(shared | total | {
            "creation_date": day.isoformat(), "due_date": day.isoformat(), "payment_term": 0, "vat_amount": str(vat),
            "items": items,
        })  # fmt: skip
        self.lines |= {(key, number): codes for number, (_, codes) in enumerate(lines, 1)}


def line(
    text: str, amount: int, *codes: str, period: tuple[str, str] = MARCH, quantity: int = 1, **fields: Any
) -> Coded:
    """A line that is right in itself: VAT of 21 %, quantity times price plus setup costs."""
    setup = int(fields.get("setupCosts", 0))
    vat = (abs(amount) * 42 + 100) // 200 * (1 if amount > 0 else -1)
    row = {
        "description": f"{text} monthly fee", "periodFrom": period[0], "periodTo": period[1], "quantity": quantity,
        "unitPrice": str((amount - setup) // quantity), "setupCosts": str(setup), "vatPercentage": 21,
        "vatAmount": str(vat), "amountExclVat": str(amount), "amountIncVat": str(amount + vat),
    }  # fmt: skip
    return row | fields, list(codes)


def plain(book: Ledger) -> None:
    """What is right, and what differs in one figure."""
    for position, (amount, code, fields) in enumerate((
        (10000, "matched", {}), (10001, "matched_within_tolerance", {}), (11000, "price_variance", {}),
        (20000, "quantity_variance", {"quantity": 2}), (10000, "vat_variance", {"vatAmount": "1900", "amountIncVat": "11900"}),
    )):  # fmt: skip
        book.invoice(f"8{position:02}", line(f"#{book.rack(f'9100{position}')}", amount, code, **fields))
    other_rate = {"vatPercentage": 19, "vatAmount": "1900", "amountIncVat": "11900"}
    book.invoice("805", line(f"#{book.rack('91005')}", 10000, "vat_variance", **other_rate))
    book.invoice("810", line(f"#{book.rack('91010')}", 20000, "matched", "matched", period=("2026-03-01", "2026-04-30")))
    book.invoice("811", line("sundry", 4242, "unexpected_charge"))
    book.charges["colocation:91011"] = "missing_charge"
    book.rack("91011")
    book.rack("91012", 7777)
    book.invoice("812", line("sundry", 7777, "unexpected_charge"))
    book.invoice("813", line(f"#{book.rack('91013', 'free')}", 5000, "unpriced"))
    book.invoice("814", line(f"#{book.rack('91014')}", 15000, "unpriced", setupCosts="5000"))
    book.rack("91015")
    book.version("colocations", "91015", 12000, datetime(2026, 2, 22, 9, tzinfo=UTC))
    book.invoice("815", line("#91015", 12000, "timing_difference"))
    power = {"description": "#91001 power", "remarks": "kWh"}
    book.invoice("816", line("", 5000, "not_proved", period=FEBRUARY, **power))


def used(book: Ledger) -> None:
    """On-demand servers of 100 hours in February: billed right, an hour too many, and far too many; one that did not run."""
    for position, (hours, code) in enumerate(((100, "matched"), (101, "matched_within_tolerance"), (143, "usage_variance"))):
        book.rows["flexmetal_usage"].append({
            "server_uuid": f"machine-{position}", "server": {"instanceType": {"name": "bm7"}}, "window_start": FEBRUARY_FIRST,
            "started_at": "2026-02-01T00:00:00.000Z", "ended_at": "2026-02-05T04:00:00.000Z", "total_hours": 100,
        })  # fmt: skip
        text = {"description": f"machine-{position} bm7", "remarks": "hours"}
        item = line("", hours * 35, code, period=FEBRUARY, quantity=hours, **text)
        book.invoice(f"86{position}", item, day=date(2026, 3, 2))


def periods(book: Ledger) -> None:
    """Services that begin or end within the month, and lines over other days than theirs."""
    late, rest = book.rack("91020", start="2026-03-15"), ("2026-03-15", "2026-03-31")
    book.invoice("820", line(f"#{late}", 5484, "matched", period=rest))
    book.invoice("821", line(f"#{late}", 4516, "billed_before_start", period=("2026-03-01", "2026-03-14")))
    book.invoice("822", line(f"#{book.rack('91022', end='2026-03-11')}", 10000, "billed_after_cancel"))
    book.invoice("823", line(f"#{book.rack('91023', start='2026-03-15')}", 6000, "proration_variance", period=rest))
    part = ("2026-03-10", "2026-03-31")
    both = book.rack("91024")
    book.invoice("824", line(f"#{both}", 10000, "matched"), line(f"#{both}", 7097, "period_overlap", period=part))
    book.invoice("825", line(f"#{book.rack('91025')}", 7097, "period_gap", period=part))
    ends = book.rack("91026", start="2026-03-31", paid="2026-04-30")
    book.invoice("826", line(f"#{ends}", 10000, "matched", period=("2026-03-31", "2026-04-29")))
    shifted = book.rack("91027")
    book.invoice("827", line(f"#{shifted}", 10000, "matched"), line(f"#{shifted} extras", 0, "matched"))
    book.invoice("828", line(f"#{shifted}", 10000, "period_overlap", period=("2026-03-21", "2026-04-20")))


def repeats(book: Ledger) -> None:
    """What is billed twice, and what is given back."""
    first, second = book.rack("91030"), book.rack("91031")
    twins = [line(f"#{first}", 10000, "matched"), line(f"#{second}", 10000, "matched")]
    book.invoice("830", *twins)
    book.invoice("831", *((item, ["duplicate_invoice"]) for item, _ in twins))
    again, back = book.rack("91032"), book.rack("91033")
    book.invoice("832", line(f"#{again}", 10000, "matched"), line(f"#{back}", 10000, "matched"))
    book.invoice("833", line(f"#{again}", 10000, "duplicate_line"), day=date(2026, 2, 24))
    book.invoice("834", line(f"#{back}", 10000, "matched", remarks="again"), day=date(2026, 2, 24))
    credit = {"day": date(2026, 3, 2), "is_credit": 1}
    book.invoice("835", line(f"#{back} INV834", -10000, "matched"), **credit)
    book.invoice("836", line("goodwill", -2500, "credit_unmatched"), **credit)
    patch = book.link("92001", 15000)
    book.invoice("837", line(f"patch-{patch}", 20000, "matched", "matched", setupCosts="15000"))
    again = {"description": f"patch-{patch} setup", "setupCosts": "15000", "unitPrice": "0"}
    book.invoice("838", line("", 15000, "setup_fee_repeated", **again))
    both, other = book.link("92002", 4000), book.rack("91034")
    more = line(f"patch-{both}", 9000, "period_overlap", setupCosts="4000")
    book.invoice("839", line(f"patch-{both}", 5000, "matched"), more)
    book.invoice("843", line(f"#{other}", 10000, "matched"))
    book.invoice("844", line(f"#{other}", 10000, "matched"), day=date(2026, 2, 24))
    book.invoice("845", line(f"#{other} refund", -10000, "matched"), **credit)


def choices(book: Ledger) -> None:
    """Lines that fit several services, or all of them together, and one in another currency."""
    for key in ("91040", "91041"):
        book.charges[f"colocation:{book.rack(key, order='PO-TWO')}"] = "ambiguous_match"
    book.invoice("840", line("fee", 10000, "ambiguous_match", orderId="PO-TWO"))
    for key, price in (("91042", 10100), ("91043", 10300), ("91044", 10500)):
        book.rack(key, price, order="PO-THREE")
    book.invoice("841", line("fee", 30900, "matched", "matched", "matched", orderId="PO-THREE"))
    book.charges[f"colocation:{book.rack('91045')}"] = "currency_mismatch"
    book.invoice("842", line("#91045", 10000, "currency_mismatch"), currency="US Dollar")


def nonsense(book: Ledger) -> None:
    """Documents that are no good."""
    text, turned, coin = book.rack("91050"), book.rack("91051"), book.rack("91052")
    unread = {"amountExclVat": "ten", "vatAmount": "2100"}
    book.rows["invoices"].append({"id": "850", "invoice_number": "INV850", "currency": "Euro", "is_credit": 0,
                                  "amount_excl_vat": "12300", "amount_inc_vat": "14883"})  # fmt: skip
    book.rows["invoices"].append({"id": "851", "currency": "Euro", "amount_excl_vat": "x"})
    book.rows["invoice_details"].append({"id": "852", "currency": "Euro", "amount_excl_vat": "100", "items": {"no": "list"}})
    book.rows["invoice_details"].append({"id": "853", "currency": "Euro", "creation_date": "2026-02-20",
                                         "items": [line(f"#{text}", 10000)[0] | unread, None, {}, 7]})  # fmt: skip
    book.lines |= {(key, 0): ["not_proved"] for key in ("850", "851", "852")}
    book.lines |= {("853", 1): ["not_proved"]} | {("853", number): ["unexpected_charge"] for number in (2, 3, 4)}
    book.invoice("854", line(f"#{turned}", 10000, "matched", period=("2026-03-31", "2026-03-01")))
    book.charges[f"colocation:{coin}"] = "currency_mismatch"
    book.invoice("855", line(f"#{coin}", 10000, "currency_mismatch"), currency="Cowrie")


def write_ledger() -> Ledger:
    """The whole account."""
    book = Ledger()
    for chapter in (plain, used, periods, repeats, choices, nonsense):
        chapter(book)
    return book
