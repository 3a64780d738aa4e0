"""When what runs. Every schedule starts stopped: a new installation asks nothing of the API until somebody says so."""

from collections.abc import Callable, Iterable
from datetime import datetime

import dagster as dg

from dagster_project.defs.exports import focus, report
from dagster_project.defs.models import models
from dagster_project.defs.models import published_warehouse as published
from dagster_project.freshness import OBSERVED
from dagster_project.outcomes import check_specs
from dagster_project.translators import raw_key
from pipelines.i3d.columns import tables
from pipelines.i3d.operation import Operation
from pipelines.i3d.selection import LOADED
from pipelines.settings import read_settings

RETRIED = {"dagster/max_retries": "2"}


def keys_of(operations: Iterable[Operation]) -> list[dg.AssetKey]:
    """The assets that these operations fill."""
    return [raw_key(table) for one in operations for table in tables(one)]


DEFAULT = [one for one in LOADED if one.default]
SERIES = [one for one in DEFAULT if one.window is not None]
BILLING = [one for one in DEFAULT if one.group == "billing" or one.area == "billing"]
SERVERS = [one for one in DEFAULT if one.table in OBSERVED]


def lists(operations: Iterable[Operation]) -> dg.AssetSelection:
    """The assets that these operations fill, with the checks that their load tells, and not those that take a start of dbt."""
    checks = [spec.key for spec in check_specs(operations)]
    return dg.AssetSelection.assets(*keys_of(operations)).without_checks() | dg.AssetSelection.checks(*checks)


after_load = dg.AssetSelection.assets(*models.keys, published.key, report.key, focus.key)
nightly = dg.define_asset_job(
    "nightly", dg.AssetSelection.assets(*keys_of(DEFAULT)) | after_load, tags=RETRIED,
    description="Loads all that is loaded by default, builds, tests, publishes, reports: what `i3d run` does, and FOCUS.",
)  # fmt: skip
telemetry = dg.define_asset_job(
    "telemetry", lists(SERIES), tags=RETRIED,
    description="Loads telemetry: for today all that is open, for other days those days again.",
)  # fmt: skip
servers = dg.define_asset_job(
    "observe_servers", lists(SERVERS), tags=RETRIED,
    description="Observes the dedicated servers, whose load and traffic the API knows only of this moment.",
)  # fmt: skip
invoices = dg.define_asset_job(
    "monthly_invoices", dg.AssetSelection.assets(*keys_of(BILLING)) | after_load, tags=RETRIED,
    description="Loads the invoices, builds the models that prove them, publishes.",
)  # fmt: skip
JOBS = (nightly, telemetry, servers, invoices)
BY_DAY = (nightly, telemetry)


def requests(clock: Callable[[], datetime], *, by_day: bool) -> Callable[[dg.ScheduleEvaluationContext], dg.RunRequest]:
    """What a schedule asks for: a run, of today's partition where the job has days."""
    return lambda context: dg.RunRequest(partition_key=f"{clock():%Y-%m-%d}" if by_day else None)


@dg.definitions
def schedules() -> dg.Definitions:
    """The jobs, and a schedule for each with the hour of the settings."""
    settings = read_settings()
    crons = (settings.nightly_cron, settings.hourly_cron, settings.hourly_cron, settings.monthly_cron)
    made = [
        dg.ScheduleDefinition(
            name=f"{job.name}_schedule", job=job, cron_schedule=cron, execution_timezone=settings.schedule_timezone,
            execution_fn=requests(settings.clock, by_day=job in BY_DAY),
        )
        for job, cron in zip(JOBS, crons, strict=True)
    ]  # fmt: skip
    return dg.Definitions(jobs=list(JOBS), schedules=made)
