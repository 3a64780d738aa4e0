"""Invoices by chance, right and wrong ones, and what their proofs must say: worked out in Python from the raw rows alone.

Nothing in here knows the SQL. Amounts are whole minor units.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

Row = dict[str, Any]
AS_OF = datetime(2026, 6, 15, 12, tzinfo=UTC)
KNOWN_RATES = [Decimal(tenths) / 10 for tenths in (25, 26, 37, 38, 55, 77, 81, 135, 190, 200, 210, 255)]
# What is printed and what is charged: a whole rate cannot say 8.1.
RATES = [(21, "21"), (19, "19"), (8, "8.1"), (7, "7.7"), (0, "0"), (10, "10"), (None, "20")]
BUCKETS = ((0, "not_due"), (30, "1-30"), (60, "31-60"), (90, "61-90"), (9999, "91+"))
CURRENCIES = {"Euro": 100, "US Dollar": 100, "YEN": 1, "GBP": 100, "Doubloon": 100}


def half_up(amount: Decimal) -> int:
    """Rounded to a whole number, halves away from zero."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def whole(text: object) -> int | None:
    """An amount as the API sends it; None for what is no whole number."""
    return int(text.split(".")[0]) if isinstance(text, str) and re.fullmatch(r"[+-]?\d{1,12}(\.0*)?", text) else None


def number(value: object) -> Decimal | None:
    """A quantity or price; None for words."""
    return Decimal(str(value)) if re.fullmatch(r"-?\d+(\.\d+)?", str(value)) else None


def make_line(random: Random) -> Row:
    """A line that is right."""
    printed, charged = random.choice(RATES)
    quantity = random.choice([1, 1, 2, 730, 4613, 2.5])
    price = Decimal(random.randint(1, 900_000)) / random.choice([1, 1, 10, 1000])
    setup = random.choice([0, 0, 5000])
    excl = half_up(Decimal(str(quantity)) * price) + setup
    vat = half_up(excl * Decimal(charged) / 100)
    return {
        "description": f"line {random.randint(1, 9)}", "quantity": quantity, "unitPrice": str(price), "setupCosts": str(setup),
        "vatPercentage": printed, "vatAmount": str(vat), "amountExclVat": str(excl), "amountIncVat": str(excl + vat),
    }  # fmt: skip


def spoil(random: Random, row: Row, fields: tuple[str, ...]) -> None:
    """Makes one field a little or wholly wrong, now and then."""
    if random.random() < 0.25:
        field = random.choice(fields)
        value = whole(row[field]) or 0
        near = str(value + random.choice([-3, -2, -1, 1, 2, 3]))
        row[field] = random.choice([near, "12,5", "1.5", "n/a", "", None, f"{value}.00"])


def make_invoice(random: Random, key: int) -> tuple[Row, Row | None]:
    """The row of the list and the document, which may be missing."""
    lines = [make_line(random) for _ in range(random.choice([0, 1, 1, 2, 3, 6]))]
    excl = sum(int(line["amountExclVat"]) for line in lines)
    vat = sum(int(line["vatAmount"]) for line in lines)
    if random.random() < 0.3 and lines:
        vat = vat_once_per_rate(lines)
    if random.random() < 0.2:
        vat += random.choice([-4, -3, -2, -1, 1, 2, 3, 4])
    credit = random.random() < 0.2
    sign = -1 if credit and random.random() < 0.5 else 1
    created = date(2026, 1, 1) + timedelta(days=random.randrange(160))
    due = created + timedelta(days=random.choice([14, 30]))
    currency = random.choice(list(CURRENCIES))
    paid = random.choice([0, excl + vat, (excl + vat) * 2 // 5, excl + vat + 100])
    stamps = {"creation_date": stamp(created), "due_date": stamp(due), "payment_date": 0, "payment_status": 0}
    listed = stamps | {
        "id": str(key), "invoice_number": f"T{key:07}", "currency": currency, "is_credit": int(credit),
        "amount_excl_vat": str(sign * excl), "amount_inc_vat": str(sign * (excl + vat)), "total_paid_amount": str(sign * paid),
        "remaining_amount": str(sign * (excl + vat - paid)),
    }  # fmt: skip
    for line in lines:
        for field in ("unitPrice", "setupCosts", "vatAmount", "amountExclVat", "amountIncVat"):
            line[field] = str(sign * Decimal(line[field]))
        spoil(random, line, ("quantity", "unitPrice", "setupCosts", "vatAmount", "amountExclVat", "amountIncVat"))
    document = {
        "id": str(key), "invoice_number": listed["invoice_number"], "creation_date": created.isoformat(),
        "due_date": due.isoformat(), "payment_term": (due - created).days, "is_credit": int(credit), "currency": currency,
        "vat_amount": str(sign * vat), "amount_excl_vat": listed["amount_excl_vat"], "amount_inc_vat": listed["amount_inc_vat"],
        "items": random.choice([lines] * 20 + [None, '"nothing"']),
    }  # fmt: skip
    spoil(random, document, ("vat_amount", "amount_excl_vat", "amount_inc_vat"))
    spoil(random, listed, ("total_paid_amount",))
    return listed, document if random.random() < 0.95 else None


def stamp(day: date) -> int:
    """Six in the morning, UTC, as unix seconds."""
    return int(datetime(day.year, day.month, day.day, 6, tzinfo=UTC).timestamp())


def explain_rate(line: Row) -> Decimal | None:
    """The rate that makes the VAT of a line: the printed one, else the nearest known one less than one away."""
    excl, vat, printed = whole(line["amountExclVat"]), whole(line["vatAmount"]), line["vatPercentage"]
    if excl is None or vat is None:
        return None
    if printed is not None and abs(half_up(excl * Decimal(printed) / 100) - vat) <= 1:
        return Decimal(printed)
    near = [rate for rate in KNOWN_RATES if printed is None or abs(rate - printed) < 1]
    misses = [(abs(half_up(excl * rate / 100) - vat), rate) for rate in near]
    return min(misses)[1] if misses and min(misses)[0] <= 1 else None


def vat_once_per_rate(lines: list[Row]) -> int:
    """VAT on the sum of each rate, rounded once; lines without any rate count with the VAT they state."""
    groups: dict[Decimal | None, list[Row]] = {}
    for line in lines:
        rate = explain_rate(line)
        printed = None if line["vatPercentage"] is None else Decimal(line["vatPercentage"])
        groups.setdefault(rate if rate is not None else printed, []).append(line)
    total = 0
    for rate, members in groups.items():
        excl = sum(whole(line["amountExclVat"]) or 0 for line in members)
        stated = sum(whole(line["vatAmount"]) or 0 for line in members)
        total += stated if rate is None else half_up(excl * rate / 100)
    return total


def prove_line(line: Row, credit: bool) -> dict[str, bool]:
    """A1 to A3 of one line."""
    quantity, price, setup = number(line["quantity"]), number(line["unitPrice"]), whole(line["setupCosts"])
    excl, vat, incl = (whole(line[field]) for field in ("amountExclVat", "vatAmount", "amountIncVat"))
    known = quantity is not None and price is not None and (setup is not None or not line["setupCosts"])
    extension = False
    if known and excl is not None and quantity is not None and price is not None:
        computed = half_up(quantity * price) + (setup or 0)
        extension = abs(abs(computed) - abs(excl)) <= 1 if credit else abs(computed - excl) <= 1
    return {"A1": extension, "A2": explain_rate(line) is not None, "A3": None not in (excl, vat, incl) and excl + vat == incl}


def prove_sum(document: Row, lines: list[Row]) -> bool:
    """A4: the lines make the amount, and the VAT by line, by rate, or to one unit per rate."""
    excl, vat = whole(document["amount_excl_vat"]), whole(document["vat_amount"])
    amounts = [whole(line["amountExclVat"]) for line in lines]
    if excl is None or vat is None or None in amounts or (not lines and (excl, vat) != (0, 0)):
        return False
    if sum(amounts) != excl:
        return False
    printed = {rate if (rate := explain_rate(line)) is not None else line["vatPercentage"] for line in lines}
    candidates = (sum(whole(line["vatAmount"]) or 0 for line in lines), vat_once_per_rate(lines))
    return min(abs(vat - candidate) for candidate in candidates) <= len(printed)


def age(listed: Row, document: Row | None) -> tuple[int | None, str | None]:
    """The open amount, signed, and the ageing bucket."""
    total = whole((document or listed)["amount_inc_vat"])
    total = whole(listed["amount_inc_vat"]) if total is None else total
    paid = whole(listed["total_paid_amount"])
    credit = listed["is_credit"] == 1
    rest = None if total is None or paid is None else (abs(paid) - abs(total) if credit else total - paid)
    days = (AS_OF.date() - datetime.fromtimestamp(listed["due_date"], UTC).date()).days
    if credit or rest is None:
        return rest, "credit" if credit else None
    if rest <= 0:
        return rest, "paid"
    return rest, next(name for last, name in BUCKETS if days <= last)
