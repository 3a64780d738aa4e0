"""The page: an HTML file that needs nothing but itself. It arranges the rows that were read, and escapes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipelines.report import words
from pipelines.report.charts import draw
from pipelines.report.contents import Contents
from pipelines.report.layout import DAYS, LOCATION, NAME, NUMBERS, Column, Row, Section, Table
from pipelines.report.sections.cost import MONTHS

CAUSES = {"presence_amount": "new and ended services", "quantity_amount": "quantities", "price_amount": "prices"}


@dataclass(frozen=True, slots=True)
class Rest:
    """What the page leaves out of a table: how many rows, their money by currency, how many of them have none that is known."""

    count: int
    amounts: dict[str, Decimal]
    unknown: int


@dataclass(frozen=True, slots=True)
class Tile:
    """One currency at a glance: the last month that is over and the one that runs, where they bear cost."""

    currency: str
    over: Row | None
    running: Row | None

    @property
    def causes(self) -> list[tuple[str, str]]:
        """The columns that explain the change of the month that is over, those that are not nothing, with words for them."""
        return [(name, says) for name, says in CAUSES.items() if self.over and self.over[name]]


def render_page(sections: tuple[Section, ...], contents: Contents, workbook: str) -> str:
    """The report as HTML; `workbook` is the name of the file beside it."""
    charts = {table.name: table.chart for section in sections for table in section.tables if table.chart}
    return _environment(workbook).get_template("report.html.j2").render(
        sections=sections, rows=contents.rows, clock=contents.clock, months=MONTHS, tiles=tiles_of(contents),
        drawn={name: draw(kind, contents.rows[name]) for name, kind in charts.items()}, sources=_sources(sections, contents),
    )  # fmt: skip


def tiles_of(contents: Contents) -> list[Tile]:
    """A tile per currency that bears cost in the month that runs or the one before, the dearest first."""
    by_key = {(row["month"], row["currency_code"]): row for row in contents.rows[MONTHS.name]}
    over, running = contents.clock.get("previous_month"), contents.clock.get("month")
    currencies = dict.fromkeys(currency for when, currency in by_key if when in (over, running))
    return [Tile(one, by_key.get((over, one)), by_key.get((running, one))) for one in currencies]


def rest_of(table: Table, rows: Sequence[Row]) -> Rest:
    """What lies beyond the first rows of a table."""
    left = rows[table.top :]
    amounts: dict[str, Decimal] = {}
    for row in left:
        if table.rest and row[table.rest] is not None:
            amounts[row["currency_code"]] = amounts.get(row["currency_code"], Decimal(0)) + row[table.rest]
    return Rest(len(left), amounts, sum(row[table.rest] is None for row in left) if table.rest else 0)


def _sources(sections: tuple[Section, ...], contents: Contents) -> list[dict[str, Any]]:
    """Every mart that is shown, in order, with the columns that are."""
    shown: dict[str, dict[str, None]] = {}
    for table in (table for section in sections for table in section.tables):
        for column in table.shown:
            shown.setdefault(column.mart or table.mart, {})[column.name] = None
    return [
        {"mart": mart, "says": contents.marts.get(mart, ""),
         "columns": [(name, contents.columns.get((mart, name), "")) for name in columns]}
        for mart, columns in shown.items()
    ]  # fmt: skip


def _environment(workbook: str) -> Environment:
    found = Environment(
        loader=PackageLoader("pipelines.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True
    )
    found.globals |= {"UNKNOWN": words.UNKNOWN, "NONE": words.NONE, "NAME": NAME, "LOCATION": LOCATION, "workbook": workbook}
    found.filters |= {
        "read_out": words.read_out, "currency_of": words.currency_of, "raw": words.raw_value, "key_of": words.key_of,
        "money": words.format_money, "month_name": words.month_name, "long_day": _long_day, "direction": _direction,
        "bar": _bar, "rest": rest_of, "column": _column, "heading": _heading, "telling": _telling, "looks": _looks,
        "followers": _followers, "svg": Markup,
    }  # fmt: skip
    return found


def _column(table: Table, name: str) -> Column:
    return next(one for one in table.columns if one.name == name)


def _heading(table: Table, rows: Sequence[Row]) -> str:
    """The title, with the month that all rows are of where no column says it."""
    is_dated = "month" in table.key and all(one.name != "month" for one in table.columns)
    return f"{table.title}, {words.month_name(rows[0]['month'])}" if is_dated and rows else table.title


def _telling(table: Table, rows: Sequence[Row]) -> list[Column]:
    """The columns of a table that the page shows: rare ones where they say something of the rows it shows."""
    return [one for one in table.columns if not one.is_rare or any(row[one.name] for row in rows[: table.top])]


def _looks(column: Column) -> str:
    """The class of a cell: numbers to the right, days in one line, sentences with room."""
    if column.form in NUMBERS:
        return "n"
    return "w" if column.form in DAYS else "long" if column.form == "sentence" else ""


def _followers(column: Column, columns: Sequence[Column]) -> list[Column]:
    """The columns that stand below one."""
    after = columns[columns.index(column) + 1 :]
    return list(takewhile(lambda one: one.is_below, after))


def _long_day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def _direction(value: Decimal) -> str:
    return "Changed by" if value else "Unchanged"


def _bar(value: Decimal) -> str:
    """How far a bar is filled, in whole per cent."""
    return f"{max(0, min(100, round(value)))}"
