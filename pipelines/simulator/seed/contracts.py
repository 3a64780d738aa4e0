"""The contract fields that servers, racks and cross connects share, and the dates they run by."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any

Row = dict[str, Any]


def add_months(day: date, months: int) -> date:
    """The same day so many months later, clamped to the length of the month."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def month_start(moment: date | datetime) -> date:
    """The first day of the month."""
    return date(moment.year, moment.month, 1)


def contract(begin: date, number: int, term: int) -> Row:
    """Dates and periods of a service that began some months before `begin` and is paid until the next month that is due.

    `term` is the payment term in days. The contract runs 12 or 24 months and then extends by 1 or 12.
    """
    period = 24 if number % 3 == 0 else 12
    started = add_months(date(begin.year, begin.month, 1 + number * 7 % 28), -(number * 5 % period) - 1)
    return {
        "dateStart": started.isoformat(),
        # The advance run of a month is two weeks before it: what begins later is already paid for.
        "dateEnd": add_months(month_start(begin + timedelta(days=14)), 1).isoformat(),
        "dateCancelled": "",
        "dateEndContract": add_months(started, period).isoformat(),
        "contractPeriod": period,
        "extendPeriod": 12 if number % 2 else 1,
        "cancellationPeriod": 3 if number % 2 else 1,
        "purchaseOrder": f"PO-{4000 + number}" if number % 4 == 1 else "",
        "paymentTerm": term,
    }
