"""Fixtures that several test files share: simulated accounts behind real servers, settings that point at them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from audit import Demo, made_once, shared_demo
from pydantic import SecretStr

from pipelines.i3d.client import Client
from pipelines.i3d.load import Report, Request, load
from pipelines.i3d.redaction import RedactingFilter
from pipelines.i3d.selection import select
from pipelines.settings import Settings, read_settings
from pipelines.simulator.server import Server
from pipelines.simulator.world import World
from pipelines.warehouse import Warehouse


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("I3D_")]:
            patch.delenv(name)
        patch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
        yield


@pytest.fixture(autouse=True)
def _secrets_stay_with_their_test() -> Iterator[None]:
    """pytest keeps its log handlers for all tests, and with them the filters that a command put on them."""
    yield
    for handler in logging.getLogger().handlers:
        handler.filters = [one for one in handler.filters if not isinstance(one, RedactingFilter)]


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, for much of the time of these tests is waiting for processes of their own."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for the demo is slow, whatever it does with it."""
    for item in items:
        if "demo" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Demo:
    """One demo for all tests of all workers: half a year of an account, built, published, reported. Nobody changes it."""
    return shared_demo(common_folder(tmp_path_factory, worker_id) / "demo")


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Demo:
    """What `i3d run` leaves of the account of the tests, with a day of telemetry before today. Nobody changes it."""
    folder = common_folder(tmp_path_factory, worker_id) / "ran"
    world = World()
    with Server(world) as server:
        environment = Account(world, server.url, folder / "data", history_days=1).environment()
        return made_once(folder, "run", **environment)


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The same account after a night under Dagster: loaded, built and published by the nightly job."""
    from night import Night

    folder = tmp_path_factory.mktemp("night")
    world = World()
    with Server(world) as server:
        made = Night(Account(world, server.url, folder, history_days=1), folder)
        made.first = made.run()
        yield made


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse without a row: every raw table, every model built, every test of a model run. Nobody changes it."""
    from scratch import build_models, write_raw

    path = tmp_path_factory.mktemp("empty") / "warehouse.duckdb"
    write_raw(path, {})
    build_models(path)
    return path


def common_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder that all workers see."""
    mine = tmp_path_factory.getbasetemp()
    return mine if worker_id == "master" else mine.parent


class Account:
    """A simulated account, its server, and a warehouse to load it into."""

    def __init__(self, world: World, url: str, folder: Path, **settings: Any) -> None:
        self.world = world
        given = {"history_days": 0, "warehouse": folder / "warehouse.duckdb", **settings}
        self.settings: Settings = read_settings(base_url=url, api_token=SecretStr(world.token), **given)
        self.warehouse = Warehouse.of(self.settings)

    def environment(self, **more: str) -> dict[str, str]:
        """What a person would have set; one key for all accounts of the tests makes their hashes comparable."""
        return {
            "I3D_BASE_URL": self.settings.base_url, "I3D_API_TOKEN": self.world.token, "I3D_PSEUDONYM_KEY": "of-the-tests",
            "I3D_AS_OF": self.world.clock.now().isoformat(), "I3D_WAREHOUSE": str(self.warehouse.published),
            "I3D_HISTORY_DAYS": str(self.settings.history_days),
        } | more  # fmt: skip

    def load(self, *words: str, transport: Any = None, **given: Any) -> Report:
        """One load as of the world's clock."""
        now = self.world.clock.now()
        with Client(self.settings, transport) as client:
            return load(client, self.warehouse, Request(select(words), now, **given))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the private file."""
        with self.warehouse.connect() as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Callable[..., Account]]:
    """Makes accounts: `account(size="small", switches=…, **settings)`."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def make(size: str = "small", seed: int = 1, start: Any = None, **settings: Any) -> Account:
            world = World(seed=seed, size=size, start=start)
            server = stack.enter_context(Server(world))
            return Account(world, server.url, tmp_path, **settings)

        yield make


def fate(report: Report, table: str) -> dict[str, Any]:
    """The row of the report on one table."""
    return next(row for row in report.tables if row["table_name"] == table)


def ids(account: Account, table: str, where: str = "true") -> list[str]:
    """The ids a raw table holds."""
    return [row[0] for row in account.query(f"select id from raw_i3d.{table} where {where} order by id")]
