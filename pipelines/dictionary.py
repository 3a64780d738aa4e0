"""Every table and column that people read, from the catalogue and dbt's YAML files: for the data dictionary and the comments.

Nothing here opens a warehouse. Of the workings of the models (schema `intermediate`) it knows only what a row is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from pipelines.i3d.catalogue import OPERATIONS
from pipelines.i3d.catalogue.vocabulary import COLUMNS
from pipelines.i3d.columns import OWN_TABLES, SQL_TYPES, Columns, tables
from pipelines.i3d.operation import Operation
from pipelines.i3d.writeback.export import DESCRIPTION, RECORD
from pipelines.terms import column_types
from pipelines.warehouse import RAW

SQL = Path(__file__).resolve().parent.parent / "sql"
MODEL, SOURCE = re.compile(r"\bref\('(\w+)'\)"), re.compile(r"\bsource\('raw_i3d',\s*'(\w+)'\)")
MONEY = re.compile(r"(^|_)(amount|price|fee)(_|$)|_minor$|^cents")
UNTOLD = "not told"
CURRENCIES = ("currency_code", "currency_name", "currency", "currency_id")
UNITS = {
    "kwh": "kWh", "kw": "kW", "gb": "GB (10^9 bytes)", "tb": "TB (10^12 bytes)", "mbit": "Mbit/s", "bps": "bit/s",
    "bytes": "bytes", "amps": "A", "volts": "V", "pct": "%", "months": "months", "days": "days", "hours": "h",
    "minutes": "min", "seconds": "s", "at": "UTC", "digest": "hex",
}  # fmt: skip
OPERATION = {line.table: line for line in OPERATIONS if line.table}
MARKS = ("_dlt_load_id", "_dlt_id")


@dataclass(frozen=True, slots=True)
class Item:
    """One column. `currency` names the column that tells it, or the currency; `field` is what the API calls it."""

    name: str
    type: str
    description: str
    sensitivity: str
    unit: str = ""
    currency: str = ""
    field: str = ""
    tests: tuple[str, ...] = ()

    @property
    def comment(self) -> str:
        """What a SQL client shows: what it is, its unit and currency, and its class where that is a warning."""
        marks = [self.unit and f"Unit: {self.unit}.", self.currency and f"Currency: {self.currency}."]
        return " ".join([self.description, *filter(None, marks), *(["Personal."] if self.sensitivity == "personal" else [])])


@dataclass(frozen=True, slots=True)
class Entry:
    """One table: what a row is, its columns by name, what proves it, which raw tables it is made of."""

    schema: str
    name: str
    description: str
    columns: Mapping[str, Item]
    operation: Operation | None = None
    tests: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


def read_dictionary() -> list[Entry]:
    """All of it: marts first, then the record of writes, the settings, staging, raw tables, the workings."""
    models = [*_models()]
    order = ("marts", "settings", "staging", "intermediate")
    by_schema = {schema: [one for one in models if one.schema == schema] for schema in order}
    record = Entry("ops", "write_operations", DESCRIPTION, {name: _record_item(name) for name in RECORD})
    seen = [*by_schema["marts"], record, *by_schema["settings"], *by_schema["staging"]]
    return [*seen, *_raw_entries(), *by_schema["intermediate"]]


def describe(operation: Operation, table: str) -> str:
    """What a row of one of the operation's tables is."""
    return {
        f"{operation.table}_observations": f"One row per row of {operation.table} and load: what changes all the time.",
        f"{operation.table}_history": f"One row per version of the contract terms of a row of {operation.table}.",
    }.get(table, operation.description)


def _raw_entries() -> Iterator[Entry]:
    for operation in OPERATION.values():
        for table, columns in tables(operation).items():
            yield _raw_entry(table, describe(operation, table), columns, operation)
    for table, (description, columns) in OWN_TABLES.items():
        yield _raw_entry(table, description, columns, None)


def _raw_entry(table: str, description: str, columns: Columns, operation: Operation | None) -> Entry:
    items = {}
    for name, one in columns.items():
        tests = ("key",) if one.key else ()
        currency = _currency(one.unit, columns) if one.unit.startswith("cents") else ""
        items[name] = Item(
            name, SQL_TYPES[one.type], one.description, one.sensitivity, one.unit, currency, one.field, tests,
        )  # fmt: skip
    if operation is not None and not operation.unpacks:
        items |= {name: Item(name, "varchar", COLUMNS[name], "public") for name in MARKS}
    return Entry(RAW, table, description, items, operation)


def _record_item(name: str) -> Item:
    kind, description = RECORD[name]
    personal = name in ("actor", "approver")
    type_ = {"string": "varchar", "int32": "integer", "bool": "boolean"}.get(str(kind), "timestamp")
    return Item(name, type_, description, "personal" if personal else "business", unit_of(name))


def _models() -> Iterator[Entry]:
    """The models and settings files that the YAML files beside them describe."""
    types = column_types()
    for path in sorted((SQL / "models").rglob("*.yml")):
        for kind in ("models", "seeds"):
            for one in _load(path).get(kind, ()):
                schema = "settings" if kind == "seeds" else path.relative_to(SQL / "models").parts[0]
                yield _model(one, schema, types.get(one["name"], {}))


def _model(one: dict[str, Any], schema: str, types: Mapping[str, str]) -> Entry:
    shown = schema != "intermediate"
    meta = one.get("config", {}).get("meta", {})
    names = [column["name"] for column in one["columns"]]
    columns = {column["name"]: _item(column, meta, names, types) for column in one["columns"] if shown}
    origins = tuple(sorted(_origins(one["name"])))
    return Entry(schema, one["name"], _flat(one["description"]), columns, None, _tests(one), origins)


def _item(column: dict[str, Any], table: Mapping[str, str], names: list[str], types: Mapping[str, str]) -> Item:
    meta = {"sensitivity": "business", **table, **column.get("config", {}).get("meta", {})}
    name = column["name"]
    type_ = str(column.get("data_type", types.get(name, "")))
    counted = type_ != "varchar" or name.endswith(("_raw", "_digest"))
    unit = meta.get("unit", unit_of(name) if counted else "")
    named = unit.removeprefix("units of ").split(" ")[0]  # `units of BillingCurrency` names it
    currency = f"`{named}`" if named in names else _currency(name, names) if counted else ""
    currency = meta.get("currency", UNTOLD) if currency == UNTOLD else currency
    return Item(name, type_, _flat(column["description"]), meta["sensitivity"], unit, currency, "", _tests(column))


def unit_of(name: str) -> str:
    """The unit that a column's name tells, `kWh` or `units of the currency per kWh`; empty where it tells none."""
    words = name.split("_")
    if "raw" in words:
        return "as the API wrote it"
    what, per = (words[: words.index("per")], words[words.index("per") + 1]) if "per" in words else (words, "")
    unit = next((UNITS[word] for word in reversed(what) if word in UNITS), "")
    if name.endswith("_minor"):
        return "smallest unit of the currency"
    if not unit and MONEY.search(name):
        unit, per = "units of the currency", per or ("month" if "monthly" in words else "")
    return f"{unit} per {UNITS.get(per, per)}" if unit and per else unit


def _currency(name: str, names: Any) -> str:
    """The column with the currency of an amount; empty where the column is none, UNTOLD where no column tells it."""
    if not MONEY.search(name.removesuffix("_raw")):
        return ""
    return "EUR" if name.endswith("_eur") else next((f"`{one}`" for one in CURRENCIES if one in names), UNTOLD)


def _tests(one: dict[str, Any]) -> tuple[str, ...]:
    """The tests of a table or column in words: their names, `unique`, or `accepted_values: open, paid`."""
    found = []
    for test in one.get("data_tests", ()):
        if isinstance(test, str):
            found.append(test)
            continue
        [(name, given)] = test.items()
        arguments = given.get("arguments", {}).values()
        values = "; ".join(", ".join(map(str, one)) if isinstance(one, list) else str(one) for one in arguments)
        found.append(given["name"].replace("_", " ") if "name" in given else _flat(f"{name}: {values}"))
    return tuple(found)


@cache
def _origins(model: str) -> frozenset[str]:
    """The raw tables a model is made of, directly or not."""
    text = "".join(path.read_text(encoding="utf-8") for path in (SQL / "models").rglob(f"{model}.sql"))
    return frozenset(SOURCE.findall(text)).union(*(_origins(name) for name in MODEL.findall(text)))


def _flat(text: str) -> str:
    return " ".join(text.split())


@cache
def _load(path: Path) -> dict[str, Any]:
    """A YAML file, by the parser in C where there is one: more than a hundred are read for every build."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506
