"""A simulated account and the Dagster instance that loads it, as files in one folder: shared by the tests, changed by some.

Jobs run here with the project's own executor, which `execute_in_process` would replace.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from audit import ROOT
from conftest import Account

from dagster_project.definitions import defs


def nightly() -> dg.JobDefinition:
    return defs().resolve_job_def("nightly")


def repository() -> dg.RepositoryDefinition:
    return defs().get_repository_def()


class Night:
    """One account and its instance. `environment` is what a person would have set."""

    def __init__(self, account: Account, folder: Path) -> None:
        self.account, self.home = account, folder / "dagster"
        self.first: dg.DagsterRun | None = None
        self.home.mkdir()
        shutil.copyfile(ROOT / "dagster.yaml", self.home / "dagster.yaml")

    def environment(self, **more: str) -> dict[str, str]:
        return self.account.environment(DAGSTER_HOME=str(self.home), **more)

    @contextmanager
    def instance(self, **more: str) -> Iterator[dg.DagsterInstance]:
        """The instance, while the environment is set."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment(**more).items():
                patch.setenv(name, value)
            with dg.DagsterInstance.get() as instance:
                yield instance

    def run(
        self, assets: Sequence[dg.AssetKey] | None = None, retries: int = 2, days: dict[str, str] | None = None, **more: str
    ) -> dg.DagsterRun:
        """The nightly job, or these assets of it, of today or other days; returns the run as it was stored.

        No daemon is there to try it again.
        """
        job = dg.reconstructable(nightly)
        with self.instance(**more) as instance:
            tags = (days or {"dagster/partition": f"{self.now:%Y-%m-%d}"}) | {"dagster/max_retries": str(retries)}
            with dg.execute_job(job, instance=instance, tags=tags, asset_selection=assets, raise_on_error=False) as done:
                run = instance.get_run_by_id(done.run_id)
        assert run is not None
        return run

    @property
    def now(self) -> datetime:
        return self.account.world.clock.now()

    def later(self, hours: int = 1) -> None:
        self.account.world.clock.advance(timedelta(hours=hours))
