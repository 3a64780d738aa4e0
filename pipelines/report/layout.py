"""What a report is made of: columns, tables, charts, sections, all declared. Reads nothing, draws nothing, computes nothing.

A table shows rows of one mart as they are: it says which columns, which rows and in what order. A figure that is not in a
mart has no place here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

Form = Literal["text", "sentence", "code", "money", "number", "count", "share", "day", "month", "moment", "flag"]
Row = Mapping[str, Any]
NUMBERS: frozenset[str] = frozenset({"money", "number", "count", "share"})
DAYS: frozenset[str] = frozenset({"day", "month", "moment"})
# The last month that is over and bears cost, or the one that runs where there is none yet.
COST_MONTH = "(select coalesce(max(month) filter (where is_month_over), max(month)) from marts.cost_by_month)"

# What a unit of a row's currency was worth in that month: to sort by money over currencies, and for nothing else.
EURO_WEIGHT = f"""coalesce((
    select any_value(abs(rates.amount_eur) / abs(rates.amount)) from marts.cost_by_month as rates
    where rates.currency_code = rows.currency_code and rates.amount != 0 and rates.month = {COST_MONTH}
), 1)"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a mart as people see it; `mart` names another one it was looked up in.

    `places` is how many decimals are shown (money shows all that it has). NULL reads as unknown, or as a dash where
    `optional` says that it means none. The page leaves out a rare column that has nothing to say in any row, and
    puts one that is below into the cell of the column before it.
    """

    name: str
    label: str
    form: Form = "text"
    unit: str = ""
    places: int = 2
    optional: bool = False
    mart: str = ""
    is_rare: bool = False
    is_below: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one mart: in the page the first `top` of them, in the workbook and as CSV all.

    `service` is an expression for the key of the service of a row, to look up its name and location. `where` and `order`
    may use `rows` (the mart), `services` and `clock`. `rest` is the column of money that is added up over the rows the page
    leaves out; `chart` the drawing of `charts.py` that stands above. A folded table opens on demand, a half one shares its
    line with another where there is room.
    """

    name: str
    title: str
    mart: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    order: str
    where: str = "true"
    service: str = ""
    empty: str = "Nothing."
    note: str = ""
    top: int = 25
    rest: str = ""
    chart: str = ""
    is_folded: bool = False
    is_half: bool = False

    @property
    def shown(self) -> tuple[Column, ...]:
        """All columns, those of the service first."""
        return (NAME, LOCATION, *self.columns) if self.service else self.columns

    def sql(self) -> str:
        """The query: selects and sorts, nothing else."""
        names = dict.fromkeys([*self.key, *(one.name for one in self.columns if not one.mart), *self.beside])
        listed = [f"rows.{name}" for name in names]
        if self.service:
            listed += [f"services.{one.name}" for one in self.shown if one.mart == "services"]
        joined = f"left join marts.services as services on services.service_key = {self.service}" if self.service else ""
        return (
            f"select {', '.join(listed)} from marts.{self.mart} as rows left join marts.clock as clock on true {joined} "  # noqa: S608
            f"where {self.where} order by {self.order}, {', '.join(f'rows.{name}' for name in self.key)}"
        )

    @property
    def beside(self) -> tuple[str, ...]:
        """What stands beside the figures of a row: their currency."""
        return ("currency_code",) if any(one.form == "money" for one in self.columns) else ()


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the report. `alarm` names the table whose rows call for action; they are counted in the contents."""

    anchor: str
    title: str
    lead: str
    tables: tuple[Table, ...]
    alarm: str = ""
    alarm_label: str = ""

    @property
    def marts(self) -> tuple[str, ...]:
        """The marts its figures come from."""
        return tuple(dict.fromkeys(table.mart for table in self.tables))


NAME = Column("service_name", "Service", optional=True, mart="services")
LOCATION = Column("location", "Location", optional=True, mart="services")


def text(name: str, label: str, *, optional: bool = True) -> Column:
    """Words."""
    return Column(name, label, optional=optional)


def sentence(name: str, label: str) -> Column:
    """Words that need room."""
    return Column(name, label, "sentence")


def code(name: str, label: str, *, optional: bool = True) -> Column:
    """Codes such as `low_coverage, open_month`, shown as words."""
    return Column(name, label, "code", optional=optional)


def money(name: str, label: str, *, optional: bool = False) -> Column:
    """An amount in the currency of its row."""
    return Column(name, label, "money", optional=optional)


def number(name: str, label: str, unit: str = "", places: int = 2, *, optional: bool = False) -> Column:
    """A quantity."""
    return Column(name, label, "number", unit, places, optional)


def count(name: str, label: str, *, optional: bool = False) -> Column:
    """A whole number."""
    return Column(name, label, "count", places=0, optional=optional)


def note(name: str = "reason", label: str = "Note") -> Column:
    """Codes that stand only where there is something to know."""
    return rare(code(name, label))


def below(column: Column) -> Column:
    """The column in the cell of the one before it."""
    return replace(column, is_below=True)


def rare(column: Column) -> Column:
    """The column where it says something."""
    return replace(column, is_rare=True)


def unknown(name: str, label: str) -> Column:
    """How many are unknown and missing in the figures of the row."""
    return rare(count(name, label))


def share(name: str, label: str, *, optional: bool = False) -> Column:
    """Per cent, with a bar beside it."""
    return Column(name, label, "share", "%", 1, optional)


def flag(name: str, label: str) -> Column:
    """Yes or no."""
    return Column(name, label, "flag", optional=True)


def day(name: str, label: str, *, optional: bool = True) -> Column:
    """A day."""
    return Column(name, label, "day", optional=optional)


def month(name: str = "month", label: str = "Month") -> Column:
    """A month."""
    return Column(name, label, "month")


def moment(name: str, label: str) -> Column:
    """A moment in UTC."""
    return Column(name, label, "moment", optional=True)


def by_money(column: str) -> str:
    """The order of amounts, the largest first whatever its sign and currency, unknown ones last."""
    return f"abs(rows.{column}) * {EURO_WEIGHT} desc nulls last"


def folded(table: Table, **changes: Any) -> Table:
    """The same table with changes, behind a line that opens it."""
    return replace(table, is_folded=True, **changes)
