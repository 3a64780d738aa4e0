"""What Dagster itself knows to be wrong: red checks, and jobs whose last run failed.

Who is told, and how often, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecord
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus as Status
from dagster._core.storage.tags import WILL_RETRY_TAG

from pipelines.notify import Trouble

ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE)


@dataclass(slots=True)
class Troubles:
    """What is wrong, and what cannot be told now because a run that may change it is under way or will be tried again."""

    certain: list[Trouble] = field(default_factory=list)
    undecided: list[Trouble] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at an instance."""

    instance: dg.DagsterInstance

    def troubles(self, checks: Iterable[dg.AssetCheckKey], jobs: Iterable[str]) -> Troubles:
        """Every check whose last result is an error, and every job whose last run failed without any of these in it."""
        found = Troubles()
        latest = self.instance.event_log_storage.get_latest_asset_check_execution_by_key(list(checks))
        explained = self._red(latest, found)
        for job in jobs:
            self._failed(job, explained, found)
        return found

    def _red(self, latest: Mapping[dg.AssetCheckKey, AssetCheckExecutionRecord], found: Troubles) -> set[str]:
        explained = set()
        for key, record in latest.items():
            trouble = Trouble(f"check {key.asset_key.to_user_string()} {key.name}", _sentence(key, record))
            if record.status is Status.PLANNED or not self._is_over(record.run_id):
                found.undecided.append(trouble)
            elif _is_red(record):
                found.certain.append(trouble)
                explained.add(record.run_id)
        return explained

    def _failed(self, job: str, explained: set[str], found: Troubles) -> None:
        last = self.instance.get_runs(dg.RunsFilter(job_name=job, statuses=list(ENDED)), limit=1)
        if not last or last[0].status is dg.DagsterRunStatus.SUCCESS or last[0].run_id in explained:
            return
        run = last[0]
        trouble = Trouble(f"run {job}", f"The last run of {job} failed: {self._why(run.run_id)} Look at run {run.run_id[:8]}.")
        (found.certain if self._is_over(run.run_id) else found.undecided).append(trouble)

    def _is_over(self, run_id: str) -> bool:
        """Whether a run has ended for good; one that is no longer known has."""
        run = self.instance.get_run_by_id(run_id)
        return run is None or (run.is_finished and run.tags.get(WILL_RETRY_TAG) != "true")

    def _why(self, run_id: str) -> str:
        logs = self.instance.all_logs(run_id, of_type={dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE})
        first = next((entry.dagster_event for entry in logs if entry.dagster_event), None)
        if first is None:
            return "it does not say why."
        data = first.step_failure_data if first.is_step_failure else None
        if data and data.user_failure_data:
            return f"{first.step_key}: {data.user_failure_data.description}"
        said = data.error.cause or data.error if data and data.error else None
        return f"{first.step_key}: {said.message.strip().splitlines()[0]}" if said else f"{first.message}"


def _is_red(record: AssetCheckExecutionRecord) -> bool:
    told = record.evaluation
    return record.status is Status.FAILED and told is not None and told.severity is dg.AssetCheckSeverity.ERROR


def _sentence(key: dg.AssetCheckKey, record: AssetCheckExecutionRecord) -> str:
    """The check and its asset, and what the result says of itself."""
    metadata = record.evaluation.metadata if record.status is Status.FAILED and record.evaluation else {}
    said = str(metadata["message"].value) if "message" in metadata else ""
    return f"{key.asset_key.to_user_string()}: check {key.name} failed. {said}".strip()
