"""What a build made: columns and rows, and from which columns of which tables each is made, told from the SQL that dbt ran.

Only reads; what a column means is written beside its model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from pipelines.warehouse import Warehouse

COLUMNS = "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal order by all"
TABLES = "select table_name from duckdb_tables() where schema_name = ? order by all"
DIALECT = "duckdb"
Types = dict[str, dict[str, dict[str, str]]]
Origin = tuple[str, str, str]  # schema, table, column
Origins = dict[str, list[Origin]]
Seen = dict[tuple[int, int], frozenset[Origin]]


def column_types(warehouse: Warehouse) -> Types:
    """The columns of every table and view of the private file with their types, by schema and name."""
    found: Types = {}
    with warehouse.session() as ask:
        for row in ask(COLUMNS):
            tables = found.setdefault(row["schema_name"], {})
            tables.setdefault(row["table_name"], {})[row["column_name"]] = row["data_type"]
    return found


def row_counts(warehouse: Warehouse, schemas: Iterable[str]) -> dict[tuple[str, str], int]:
    """How many rows every table of these schemas has, by schema and name; views are not run for that."""
    with warehouse.session() as ask:
        return {
            (schema, row["table_name"]): ask(f'select count(*) as n from {schema}."{row["table_name"]}"')[0]["n"]  # noqa: S608
            for schema in schemas for row in ask(TABLES, [schema])
        }  # fmt: skip


def trace_models(manifest: Mapping[str, Any], types: Types) -> dict[tuple[str, str], Origins]:
    """The origins of the columns of every model that dbt compiled, by schema and name."""
    nodes = manifest["nodes"].values()
    models = [node for node in nodes if node["resource_type"] == "model" and node.get("compiled_code")]
    return {(node["schema"], node["name"]): trace(node["compiled_code"], types) for node in models}


def trace(sql: str, types: Types) -> Origins:
    """The origins of every column of a query; a query that cannot be read has none."""
    schema: dict[str, object] = {**types}
    try:
        tree = qualify(sqlglot.parse_one(sql, dialect=DIALECT), schema=schema, dialect=DIALECT, validate_qualify_columns=False)
    except SqlglotError:
        return {}
    scope, seen = build_scope(tree), Seen()
    names = _names(scope) if scope else []
    return {name: sorted(_of(scope, place, seen)) for place, name in enumerate(names)} if scope else {}


def _of(scope: Scope, place: int, seen: Seen) -> frozenset[Origin]:
    """The origins of the column at a place. A recursive query asks for itself while it is answered: that adds nothing."""
    key = (id(scope), place)
    if key not in seen:
        seen[key] = frozenset()
        if isinstance(scope.expression, exp.SetOperation):
            seen[key] = frozenset().union(*(_of(part, at, seen) for part, at in _parts(scope, place)))
        elif isinstance(scope.expression, exp.Query) and place < len(scope.expression.selects):
            seen[key] = _inside(scope, scope.expression.selects[place], seen)
    return seen[key]


def _names(scope: Scope) -> list[str]:
    """The columns in their order; a union by name has those of all its parts."""
    if scope.expression.args.get("by_name"):
        return list(dict.fromkeys(name for part in scope.set_operation_scopes for name in _names(part)))
    return scope.expression.named_selects if isinstance(scope.expression, exp.Query) else []


def _parts(scope: Scope, place: int) -> Iterator[tuple[Scope, int]]:
    """The parts of a union that have the column at a place, and where: at the same place, or by name wherever it stands."""
    if not scope.expression.args.get("by_name"):
        yield from ((part, place) for part in scope.set_operation_scopes)
        return
    name = _names(scope)[place]
    yield from ((part, _names(part).index(name)) for part in scope.set_operation_scopes if name in _names(part))


def _inside(scope: Scope, expression: Any, seen: Seen) -> frozenset[Origin]:
    """The origins of all columns in an expression, those of its subqueries among them."""
    sources: dict[str, Any] = {}
    for one in (scope, *_nested(scope)):
        sources |= one.sources
    found: set[Origin] = set()
    for column in expression.find_all(exp.Column):
        source = sources.get(column.table)
        if isinstance(source, exp.Table):
            found.add((source.db, source.name, column.name))
        elif isinstance(source, Scope) and source.is_udtf:
            found |= _inside(source, source.expression, seen)
        elif isinstance(source, Scope):
            names = _names(source)
            found |= _of(source, names.index(column.name), seen) if column.name in names else frozenset()
    return frozenset(found)


def _nested(scope: Scope) -> Iterator[Scope]:
    for one in scope.subquery_scopes:
        yield one
        yield from _nested(one)
