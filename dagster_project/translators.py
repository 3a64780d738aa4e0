"""What an asset is called, described as, grouped under and depends on: all of it from the catalogue and from dbt.

Nothing is loaded here, and no table is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import dagster as dg
from dagster_dlt import DagsterDltTranslator
from dagster_dlt.translator import DltResourceTranslatorData

from dagster_project.freshness import freshness_of
from dagster_project.references import references
from pipelines.dictionary import describe
from pipelines.generate import ROOT
from pipelines.i3d.columns import SQL_TYPES, Columns, tables
from pipelines.i3d.landing import Landed
from pipelines.i3d.operation import Operation
from pipelines.i3d.selection import LOADED, parent_of
from pipelines.i3d.source import area_source
from pipelines.warehouse import RAW

OWNERS = ["team:data"]
CATALOGUE = ROOT / "pipelines" / "i3d" / "catalogue"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def raw_key(table: str) -> dg.AssetKey:
    """The key of a raw table: the one dagster-dbt gives the source of the same name, so that the lineages join."""
    return dg.AssetKey([RAW, table])


@cache
def raw_tables() -> Mapping[str, tuple[Operation, Columns]]:
    """Every raw table the catalogue loads, with its operation and columns."""
    return {table: (one, columns) for one in LOADED for table, columns in tables(one).items()}


class RawTranslator(DagsterDltTranslator):
    """A dlt resource as an asset: everything people see of it comes from the catalogue."""

    def get_asset_spec(self, data: DltResourceTranslatorData) -> dg.AssetSpec:
        """The spec of the raw table that a resource fills."""
        table = data.resource.name
        operation, columns = raw_tables()[table]
        above = operation.table if table != operation.table else ""
        parent = parent_of(operation)
        deps = [raw_key(above)] if above else [raw_key(parent.table)] if parent else []
        return dg.AssetSpec(
            raw_key(table),
            deps=deps,
            description=describe(operation, table),
            group_name=operation.area,
            kinds={"dlt", "duckdb"},
            owners=OWNERS,
            tags={"i3d/group": operation.group, "i3d/mode": operation.mode},
            freshness_policy=freshness_of(operation),
            metadata={
                "dagster/column_schema": column_schema(columns),
                "dagster/table_name": f"{RAW}.{table}",
                "operation": operation.name,
                "endpoint": f"{operation.method} {operation.path}",
                "dagster/code_references": references(RAW, table, catalogue=CATALOGUE / f"{operation.area}.py"),
            },
        )


def column_schema(columns: Columns) -> dg.TableSchema:
    """The columns of a raw table with their units and how sensitive they are."""
    return dg.TableSchema([
        dg.TableColumn(
            item.name, SQL_TYPES[item.type], description=item.description, tags={"sensitivity": item.sensitivity},
            constraints=dg.TableColumnConstraints(nullable=not item.key),
        )
        for item in columns.values()
    ])  # fmt: skip


def raw_specs(area: str, operations: tuple[Operation, ...]) -> list[dg.AssetSpec]:
    """The asset specs of these operations of an area; a table the key may not read is skipped and not failed."""
    landed = [Landed(one, rows={table: [] for table in tables(one)}) for one in operations]
    source: Any = area_source(area, landed, NEVER)
    translator = RawTranslator()
    data = (DltResourceTranslatorData(resource=made, pipeline=None) for made in source.resources.values())
    return [translator.get_asset_spec(one).replace_attributes(skippable=True) for one in data]
