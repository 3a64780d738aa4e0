"""The raw tables as assets: one step for the lists of an area, one partitioned step for each series."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.outcomes import Event, check_specs, events
from dagster_project.translators import OWNERS, column_schema, raw_key, raw_specs, raw_tables
from pipelines.demo import refuse_demo
from pipelines.i3d.catalogue import AREAS
from pipelines.i3d.client import Client
from pipelines.i3d.columns import OWN_TABLES
from pipelines.i3d.load import Request, load
from pipelines.i3d.operation import Operation
from pipelines.i3d.selection import LOADED
from pipelines.i3d.windows import Window
from pipelines.start import prepare
from pipelines.warehouse import RAW

POOL = "warehouse"
DAYS = dg.DailyPartitionsDefinition(start_date="2020-01-01", timezone="UTC", end_offset=1)


def load_assets(context: dg.AssetExecutionContext, span: Window | None = None) -> Iterator[Event]:
    """Loads the tables of the selected assets, as `i3d load` does; raises Failure naming the ones that failed."""
    wanted = context.selected_asset_keys
    operations = {raw_tables()[key.path[-1]][0] for key in wanted}
    settings, warehouse = prepare()
    refuse_demo(warehouse, settings.base_url)
    request = Request(tuple(one for one in LOADED if one in operations), settings.clock(), span)
    with Client(settings) as client:
        report = load(client, warehouse, request)
    window = f"{span.start:%Y-%m-%d %H:%M} to {span.end:%Y-%m-%d %H:%M} UTC" if span else "what is open"
    yield from events(report, warehouse, wanted, window)
    if report.failed:
        said = "; ".join(f"{row['table_name']}: {row['message']}" for row in report.failed)
        raise dg.Failure(f"{len(report.failed)} tables failed and keep their old rows. {said}", allow_retries=True)


def area_assets(area: str, operations: tuple[Operation, ...]) -> dg.AssetsDefinition:
    """The lists and details of one area of the API, loaded in one step."""

    @dg.multi_asset(
        name=f"load_{area}", specs=raw_specs(area, operations), check_specs=check_specs(operations), can_subset=True, pool=POOL
    )
    def lists(context: dg.AssetExecutionContext) -> Iterator[Event]:
        yield from load_assets(context)

    return lists


def series_assets(operation: Operation) -> dg.AssetsDefinition:
    """A series, by UTC days; a backfill of many days is one run."""

    @dg.multi_asset(
        name=f"load_{operation.table}", specs=raw_specs(operation.area, (operation,)), check_specs=check_specs((operation,)),
        partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run(), can_subset=True, pool=POOL,
    )  # fmt: skip
    def series(context: dg.AssetExecutionContext) -> Iterator[Event]:
        yield from load_assets(context, asked_span(context))

    return series


def asked_span(context: dg.AssetExecutionContext) -> Window | None:
    """The days of the run's partitions; today alone stands for all that the window ledger holds open, as `i3d load` does."""
    asked = context.partition_time_window
    alone = len(context.partition_keys) == 1
    return None if alone and asked.end > prepare()[0].clock() else Window(asked.start, asked.end)


def all_assets() -> Iterator[dg.AssetsDefinition]:
    """Every loaded operation of the catalogue, in the step it belongs to."""
    for area in AREAS:
        mine = [one for one in LOADED if one.area == area]
        lists = tuple(one for one in mine if one.window is None)
        if lists:
            yield area_assets(area, lists)
        yield from (series_assets(one) for one in mine if one.window is not None)


assets = list(all_assets())
# Written by every load beside the tables it loads: no step makes them.
loader_tables = [
    dg.AssetSpec(
        raw_key(table), description=about, group_name="loads", kinds={"duckdb"}, owners=OWNERS,
        metadata={"dagster/column_schema": column_schema(columns), "dagster/table_name": f"{RAW}.{table}"},
    )
    for table, (about, columns) in OWN_TABLES.items()
]  # fmt: skip
