"""The figures of a report, read out of its page without the code that wrote it, and held against the marts one by one.

The page says of each figure which mart, row and column it comes from (`data-mart`, `data-key`, `data-row`, `data-column`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb

VOID = {"meta", "link", "br", "img", "input", "hr", "rect", "circle", "path", "line"}
SHOWN = re.compile(r"(?:(?P<currency>[A-Z]{3}) )?(?P<number>\N{MINUS SIGN}?[\d,]+(?:\.\d+)?)(?: (?P<unit>[A-Za-z/%]+))?")
MONEY = ("amount", "price", "cost")


@dataclass
class Figure:
    """One figure: where it says it comes from, its exact value, and what a person reads."""

    mart: str
    key: tuple[str, ...]
    row: str
    column: str
    value: str
    owner: str
    table: str = ""
    text: str = ""


@dataclass
class Rest:
    """The line under a table that was cut: how many rows and how much money it leaves out."""

    count: int
    amounts: dict[str, Decimal] = field(default_factory=dict)


class Page(HTMLParser):
    """A page taken apart."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.figures: list[Figure] = []
        self.rests: dict[str, Rest] = {}
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self._open: list[tuple[str, dict[str, str], Figure | None]] = []
        self._table: dict[str, str] = {}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes |= given.keys()
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src", "xlink:href") if name in given]
        if "data-table" in given:
            self._table = given
        if "data-count" in given:
            self.rests[self._table["data-table"]] = Rest(int(given["data-count"]))
        if "data-currency" in given:
            self.rests[self._table["data-table"]].amounts[given["data-currency"]] = Decimal(given["data-value"])
        if tag not in VOID:
            self._open.append((tag, given, self._figure(given)))

    def _figure(self, given: dict[str, str]) -> Figure | None:
        if "data-column" not in given:
            return None
        said = {} if "data-mart" in given else self._table
        row = given.get("data-row") or next(attrs["data-row"] for _, attrs, _ in reversed(self._open) if "data-row" in attrs)
        where = given | said
        found = Figure(
            given.get("data-of") or where["data-mart"], tuple(where["data-key"].split()), row, given["data-column"],
            given["data-value"], where["data-mart"], said.get("data-table", ""),
        )  # fmt: skip
        self.figures.append(found)
        return found

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            opened, _, _ = self._open.pop()
            assert opened == tag, f"<{opened}> closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        for _, _, figure in self._open:
            if figure is not None:
                figure.text += data


class Marts:
    """The marts of a published file, their rows found by the text of a key."""

    def __init__(self, published: Path) -> None:
        self.published = published
        self._found: dict[tuple[str, tuple[str, ...]], dict[str, dict[str, Any]]] = {}

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.published), read_only=True) as connection:
            cursor = connection.execute(f"set TimeZone = 'UTC'; {sql}")
            names = [item[0] for item in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, mart: str, key: tuple[str, ...], text: str) -> dict[str, Any]:
        """The one row with this key."""
        if (mart, key) not in self._found:
            rows = self.rows(f"select * from marts.{mart}")
            texts = ["|".join("" if row[name] is None else str(row[name]) for name in key) for row in rows]
            self._found[mart, key] = dict(zip(texts, rows, strict=True))
            assert len(self._found[mart, key]) == len(rows), f"{key} is no key of {mart}"
        return self._found[mart, key][text]

    def behind(self, figure: Figure) -> dict[str, Any]:
        """The row of the mart that a figure comes from."""
        row = self.row(figure.owner, figure.key, figure.row)
        if figure.mart == figure.owner:
            return row
        prefix = {"colocation_id": "colocation:", "server_uuid": "flexmetal_server:"}.get(figure.key[0], "")
        return self.row("services", ("service_key",), row.get("service_key") or prefix + row[figure.key[0]])


def check(figure: Figure, marts: Marts) -> None:
    """Fails where a figure is not what its mart says, to the last digit, or reads as another."""
    row = marts.behind(figure)
    exact = row[figure.column]
    said = f"{figure.mart}.{figure.column} of {figure.row}: {exact!r} is {figure.value!r}, shown as {figure.text!r}"
    assert figure.value == ("" if exact is None else f"{exact:f}" if isinstance(exact, Decimal) else str(exact)), said
    if exact in (None, ""):
        assert figure.text in ("unknown", "\N{EN DASH}"), said
    elif isinstance(exact, bool):
        assert figure.text == ("yes" if exact else "no"), said
    elif isinstance(exact, (Decimal, int)):
        check_number(figure, Decimal(exact), row, said)
    elif isinstance(exact, date):
        forms = ("%Y-%m-%d %H:%M",) if isinstance(exact, datetime) else ("%Y-%m-%d", "%b %Y")
        assert figure.text in [exact.strftime(form) for form in forms], said
    else:
        assert figure.text.replace("_", " ").replace(", ", ",") == str(exact).replace("_", " ").replace(", ", ","), said


def check_number(figure: Figure, exact: Decimal, row: dict[str, Any], said: str) -> None:
    read = SHOWN.fullmatch(figure.text.strip())
    assert read, said
    shown = Decimal(read["number"].replace(",", "").replace("\N{MINUS SIGN}", "-"))
    places = max(0, -int(shown.as_tuple().exponent))
    assert exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) == shown, said
    if any(word in figure.column for word in MONEY):
        assert read["currency"] == ("EUR" if figure.column.endswith("_eur") else row["currency_code"]), said
        assert shown == exact, f"{said}: money is not rounded"
