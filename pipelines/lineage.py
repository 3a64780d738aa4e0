"""What a build made: columns and rows, and from which columns of which tables each is made, told from the SQL that dbt ran.

Only reads; what a column means is written beside its model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

from pipelines.warehouse import Warehouse, storage_errors

COLUMNS = "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal order by all"
TABLES = "select table_name from duckdb_tables() where schema_name = ? order by all"
DIALECT = "duckdb"
Types = dict[str, dict[str, dict[str, str]]]
# By column: schema, table and column of each that it is made from.
Origins = dict[str, list[list[str]]]


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


def trace_models(manifest: Mapping[str, Any], types: Types, memory: Path) -> dict[tuple[str, str], Origins]:
    """The origins of the columns of every model that dbt compiled, by schema and name.

    Statements seen before are looked up in the file `memory`, for reading one takes longer than running it.
    """
    known: dict[str, Origins] = orjson.loads(memory.read_bytes()) if memory.exists() else {}
    kept: dict[str, Origins] = {}
    found: dict[tuple[str, str], Origins] = {}
    for schema, name, sql in _statements(manifest):
        columns = types.get(schema, {}).get(name, {})
        digest = hashlib.blake2b(orjson.dumps([sql, sorted(columns)]), digest_size=16).hexdigest()
        kept[digest] = found[schema, name] = known[digest] if digest in known else trace(sql, list(columns), types)
    with storage_errors(memory.parent):
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_bytes(orjson.dumps(kept))
    return found


def _statements(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node.get("compiled_code"):
            yield node["schema"], node["name"], node["compiled_code"]


def trace(sql: str, columns: list[str], types: Types) -> Origins:
    """The origins of these columns of a query; a query that cannot be read has none."""
    try:
        schema: dict[str, object] = {**types}
        tree = qualify(sqlglot.parse_one(sql, dialect=DIALECT), schema=schema, dialect=DIALECT, validate_qualify_columns=False)
        scope = build_scope(tree)
        return {column: _leaves(column, tree, scope) for column in columns}
    except SqlglotError:
        return {}


def _leaves(column: str, tree: Any, scope: Any) -> list[list[str]]:
    nodes = [node for node in lineage(column, tree, scope=scope, dialect=DIALECT).walk() if not node.downstream]
    tables = [(node.expression, node.name) for node in nodes if isinstance(node.expression, exp.Table)]
    found = {(table.db, table.name, exp.to_column(name).name) for table, name in tables}
    return [list(one) for one in sorted(found)]
