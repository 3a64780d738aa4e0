"""What is done between the schedules: days with gaps are asked again, and people are told what is new. All start stopped."""

from collections.abc import Iterator
from itertools import groupby, islice

import dagster as dg

from dagster_project.defs.schedules import JOBS, telemetry
from dagster_project.translators import raw_key
from dagster_project.troubles import Look
from pipelines.errors import LockedWarehouseError, UsageError
from pipelines.i3d.gaps import Gap, due
from pipelines.notify import Trouble, exceptions, news, notify
from pipelines.start import prepare

HOUR, QUARTER = 3600, 900
MOST_RUNS = 10
FIRST_DAY, LAST_DAY = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


@dg.sensor(job=telemetry, minimum_interval_seconds=HOUR)
def ask_days_with_gaps(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Loads days again that the loads have given up on with samples missing: after a day, two, four and eight, then never."""
    settings, warehouse = prepare()
    now = settings.clock()
    try:
        with warehouse.glancing() as ask:
            gaps = due(ask, now, settings.history_days)
    except (LockedWarehouseError, UsageError) as error:
        yield dg.SkipReason(str(error))
        return
    yield from islice(requests(gaps, f"{now:%Y-%m-%d}"), MOST_RUNS)


def requests(gaps: list[Gap], today: str) -> Iterator[dg.RunRequest]:
    """One run for all series that miss the same days; its key lets a run that failed be tried once more another day."""

    def days(gap: Gap) -> tuple[str, str]:
        return f"{gap.first:%Y-%m-%d}", f"{gap.last:%Y-%m-%d}"

    for (first, last), members in groupby(sorted(gaps, key=days), days):
        tables = {gap.table: gap.asks for gap in members}
        yield dg.RunRequest(
            run_key=f"{first}/{last} {tables} {today}", asset_selection=[raw_key(table) for table in tables],
            tags={FIRST_DAY: first, LAST_DAY: last},
        )  # fmt: skip


@dg.sensor(minimum_interval_seconds=QUARTER)
def notify_of_exceptions(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Tells of each new exception of high severity in the published file, once for as long as it lasts."""
    _, warehouse = prepare()
    try:
        return tell(context, "exceptions", exceptions(warehouse), [])
    except UsageError as error:
        return dg.SkipReason(str(error))


@dg.sensor(minimum_interval_seconds=QUARTER)
def notify_of_failures(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Tells of each check that has turned red and each job whose run failed, once for as long as it stays so."""
    graph = context.repository_def.asset_graph if context.repository_def else None
    found = Look(context.instance).troubles(graph.asset_check_keys if graph else (), [job.name for job in JOBS])
    return tell(context, "failures", found.certain, found.undecided)


def tell(context: dg.SensorEvaluationContext, what: str, troubles: list[Trouble], undecided: list[Trouble]) -> dg.SkipReason:
    """Sends what is new and remembers it. Raises NotifyError, and then nothing is remembered."""
    settings, warehouse = prepare()
    fresh, cursor = news(troubles, context.cursor, undecided)
    if fresh:
        notify(settings, f"{warehouse.published.stem}: {len(fresh)} new {what}", fresh)
    context.update_cursor(cursor)
    return dg.SkipReason(f"{len(troubles)} {what}, {len(fresh)} of them new.")
