"""What Dagster shows of a model that was built: rows, columns with their types, and from which columns each is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import dagster as dg

from pipelines.lineage import Origins, Types, column_types, row_counts, trace_models
from pipelines.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Look:
    """The private file after a build, and the SQL that was run."""

    types: Types
    rows: Mapping[tuple[str, str], int]
    origins: Mapping[tuple[str, str], Origins]

    @classmethod
    def at(cls, warehouse: Warehouse, manifest: Mapping[str, Any]) -> Self:
        """Looks at a file that nobody writes now."""
        types = column_types(warehouse)
        schemas = {node["schema"] for node in manifest["nodes"].values() if node["schema"] in types}
        return cls(types, row_counts(warehouse, schemas), trace_models(manifest, types))

    def metadata(self, key: dg.AssetKey) -> dict[str, Any]:
        """The metadata of one model or settings table; empty where the file does not hold it. A view has no row count."""
        schema, name = key.path[-2:]
        columns = self.types.get(schema, {}).get(name)
        if columns is None:
            return {}
        return ({"dagster/row_count": self.rows[schema, name]} if (schema, name) in self.rows else {}) | {
            "dagster/column_schema": dg.TableSchema([dg.TableColumn(column, type_) for column, type_ in columns.items()]),
            "dagster/column_lineage": _lineage(self.origins.get((schema, name), {})),
        }


def _lineage(origins: Origins) -> dg.TableColumnLineage:
    return dg.TableColumnLineage({
        column: [dg.TableColumnDep(dg.AssetKey([schema, table]), name) for schema, table, name in found]
        for column, found in origins.items()
    })  # fmt: skip
