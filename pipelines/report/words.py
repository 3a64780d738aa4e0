"""How a value reads: digits in groups, money with all its decimals, days, codes as words. Text only, no HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pipelines.report.layout import Column, Row

MINUS = "\N{MINUS SIGN}"
NONE, UNKNOWN = "\N{EN DASH}", "unknown"
# Currencies without minor units read without decimals, unless they have some.
WHOLE = frozenset({"JPY", "KRW", "CLP", "ISK", "VND"})


def format_decimal(value: Decimal, places: int) -> str:
    """A number with so many decimals, rounded half up, in groups of three."""
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,f}".replace("-", MINUS) if rounded else f"{abs(rounded):,f}"


def format_money(value: Decimal, currency: str) -> str:
    """An amount with every decimal it has, two at least; the currency is not part of it."""
    least = 0 if currency in WHOLE else 2
    exponent = value.normalize().as_tuple().exponent
    places = max(least, -exponent if isinstance(exponent, int) else 0)
    return format_decimal(value, places)


def format_code(value: str) -> str:
    """`low_coverage,open_month` as words."""
    return value.replace("_", " ").replace(", ", ",").replace(",", ", ")


def currency_of(column: Column, row: Row) -> str:
    """The currency of an amount: that of its row, or the one its name ends in."""
    return "EUR" if column.name.endswith("_eur") else str(row.get("currency_code") or "")


def read_out(column: Column, row: Row) -> str:
    """The value of a column in a row as text, without currency and unit; unknown, or a dash for none, where it is NULL."""
    value = row[column.name]
    if value is None or value == "":
        return NONE if column.optional else UNKNOWN
    if column.form == "money":
        return format_money(value, currency_of(column, row))
    return FORMATS[column.form](value, column)


def raw_value(value: Any) -> str:
    """A value exactly as the mart has it, as text; empty for NULL."""
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def key_of(key: tuple[str, ...], row: Row) -> str:
    """The key of a row, its parts separated by bars."""
    return "|".join(raw_value(row[name]) for name in key)


def month_name(value: date) -> str:
    """October 2026."""
    return f"{value:%B %Y}"


FORMATS: Mapping[str, Callable[[Any, Column], str]] = {
    "text": lambda value, _: str(value),
    "code": lambda value, _: format_code(str(value)),
    "number": lambda value, column: format_decimal(Decimal(value), column.places),
    "share": lambda value, column: format_decimal(Decimal(value), column.places),
    "count": lambda value, _: format_decimal(Decimal(value), 0),
    "day": lambda value, _: f"{value:%Y-%m-%d}",
    "month": lambda value, _: f"{value:%b %Y}",
    "moment": lambda value, _: f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value),
    "flag": lambda value, _: "yes" if value else "no",
}
