"""Checks that look at several tables at once. Those of a single table are told by its load or its model."""

import dagster as dg

from dagster_project.defs.loads import POOL
from dagster_project.translators import raw_key
from pipelines.i3d.census import KINDS, Count, compare
from pipelines.markdown import table
from pipelines.start import prepare


@dg.asset_check(
    asset=raw_key("dashboard_services"), name="services_as_the_provider_counts_them", pool=POOL,
    additional_deps=[raw_key(table) for table in KINDS],
    description="As many services of each kind were loaded as the provider counts; names that say nothing are left out.",
)  # fmt: skip
def services_as_counted() -> dg.AssetCheckResult:
    """Compares with the API's own count; a warning, for nothing says what exactly the provider counts."""
    _, warehouse = prepare()
    with warehouse.writing(), warehouse.session() as ask:
        counts = compare(ask)
    return dg.AssetCheckResult(
        passed=all(one.agrees for one in counts), severity=dg.AssetCheckSeverity.WARN,
        metadata={"counts": dg.MetadataValue.md(as_markdown(counts)), "compared": sum(one.table is not None for one in counts)},
    )  # fmt: skip


def as_markdown(counts: list[Count]) -> str:
    """One line per kind of service."""
    def compared(one: Count) -> tuple[object, ...]:
        return (one.table, one.loaded, "yes" if one.agrees else "no") if one.table else ("", "", "not applicable")

    rows = ((one.service, one.amount, *compared(one)) for one in counts)
    return "\n".join(table(("service", "provider", "table", "loaded", "agrees"), rows))
