"""A whole account over real HTTP into a real file: every table against the simulator's state, and a second run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Account

from pipelines.i3d.catalogue import OPERATIONS
from pipelines.i3d.columns import tables
from pipelines.i3d.operation import OPT_IN, Operation
from pipelines.i3d.rows import column, key_columns, parameter_column
from pipelines.i3d.windows import midnight
from pipelines.simulator.server import Server
from pipelines.simulator.world import World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole account")]
LOADED = [operation for operation in OPERATIONS if operation.kind == "loaded"]
MOVES = {"api_log", "api_keys", "api_keys_observations", "ticket_texts", "tickets", "open_tickets"}
STAMPS = {"_dlt_load_id", "_dlt_id", "last_seen_at", "fetched_at"}
WORDS = ("core", "billing", "telemetry", "account", "reference", *sorted(OPT_IN))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Account, dict[str, Any], dict[str, Any]]]:
    """An account loaded twice, everything switched on, with a page so small that every list of three needs a second one."""
    world = World()
    with Server(world) as server:
        account = Account(world, server.url, tmp_path_factory.mktemp("whole"), page_size=7)
        account.reports = [account.load(*WORDS)]  # type: ignore[attr-defined]
        first = contents(account)
        account.reports.append(account.load(*WORDS))  # type: ignore[attr-defined]
        yield account, first, contents(account)


def contents(account: Account) -> dict[str, Any]:
    """Every raw table as a sorted list of rows, without what names the load."""
    found = {}
    for operation in LOADED:
        for table in tables(operation):
            with account.warehouse.connect() as connection:
                names = [row[0] for row in connection.execute(f'describe raw_i3d."{table}"').fetchall() if row[0] not in STAMPS]
                listed = ", ".join(f'"{name}"' for name in names)
                found[table] = sorted(connection.execute(f'select {listed} from raw_i3d."{table}"').fetchall(), key=repr)
    return found


def expected_keys(world: World, operation: Operation) -> set[tuple[str, ...]]:
    """The keys the simulator holds, as text, in the order of the key columns."""
    keys = set()
    for row in world.rows(operation.table):
        flat = {parameter_column(operation, name): str(row[f"@{name}"]) for name in operation.parameters if f"@{name}" in row}
        for name in operation.key:
            value: Any = row
            for part in name.split("."):
                value = value.get(part) if isinstance(value, dict) else None
            if value is not None:
                flat[column(name)] = str(value)
        keys.add(tuple(flat.get(name, "0") for name in key_columns(operation)))
    return keys


@pytest.mark.parametrize("operation", LOADED, ids=lambda one: one.table)
def test_every_table_holds_the_rows_of_the_account(loaded: Any, operation: Operation) -> None:
    account, _, _ = loaded
    names = key_columns(operation)
    if operation.table == "api_log":
        assert account.query("select count(*) > 100 from raw_i3d.api_log") == [(True,)]
        return
    if operation.window == "unix":
        now = account.world.clock.now()
        stamps = [row["timestamp"] for row in account.world.rows(operation.table)]
        today = sorted(stamp for stamp in stamps if midnight(now).timestamp() <= stamp < now.timestamp())
        found = account.query(f"select timestamp from raw_i3d.{operation.table} order by 1")
        assert [row[0] for row in found] == today != []
        return
    if operation.hashed or not names:
        assert account.query(f"select count(*) from raw_i3d.{operation.table}") == [(len(account.world.rows(operation.table)),)]
        return
    alive = " where not is_deleted" if operation.mode == "entity" else ""
    found = account.query(f"select {', '.join(names)} from raw_i3d.{operation.table}{alive}")
    hashed = {name for name, item in tables(operation)[operation.table].items() if item.sensitivity == "personal"} & set(names)
    assert len(found) == len(set(found)) == len(account.world.rows(operation.table)) > 0
    if not hashed:
        assert {tuple(str(value) for value in row) for row in found} == expected_keys(account.world, operation)


@pytest.mark.parametrize("operation", LOADED, ids=lambda one: one.table)
def test_columns_are_as_declared_and_keys_unique_and_filled(loaded: Any, operation: Operation) -> None:
    account, _, _ = loaded
    types = {"text": "VARCHAR", "bigint": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN", "json": "JSON",
             "timestamp": "TIMESTAMP WITH TIME ZONE"}  # fmt: skip
    for table, columns in tables(operation).items():
        there = dict(row[:2] for row in account.query(f'describe raw_i3d."{table}"'))
        assert {name: types[item.type] for name, item in columns.items()} == {
            name: kind for name, kind in there.items() if not name.startswith("_dlt")
        }
        keys = [name for name, item in columns.items() if item.key] + (["valid_from"] if table.endswith("_history") else [])
        if keys:
            listed = ", ".join(f'"{name}"' for name in keys)
            nulls = " or ".join(f'"{name}" is null' for name in keys)
            assert account.query(f'select {listed} from raw_i3d."{table}" group by all having count(*) > 1') == []
            assert account.query(f'select {listed} from raw_i3d."{table}" where {nulls}') == []


@pytest.mark.parametrize("operation", [one for one in LOADED if one.paged and not one.window], ids=lambda one: one.table)
def test_page_two_is_fetched(loaded: Any, operation: Operation) -> None:
    account, _, _ = loaded
    outcome = next(row for row in account.reports[0].tables if row["table_name"] == operation.table)
    assert outcome["requests"] >= outcome["source_count"] / 7
    assert outcome["requests"] > 1


def test_nothing_failed_or_was_left_out(loaded: Any) -> None:
    account, _, _ = loaded
    for report in account.reports:
        assert [row for row in report.tables if row["status"] != "loaded"] == []
        assert {row["table_name"] for row in report.tables} == {operation.table for operation in LOADED}


def test_a_second_run_changes_nothing_but_what_the_api_moved(loaded: Any) -> None:
    _, first, second = loaded
    assert [table for table in first if table not in MOVES and first[table] != second[table]] == []


def test_details_are_not_asked_again_while_nothing_moved(loaded: Any) -> None:
    account, _, _ = loaded
    again = {row["table_name"]: row["requests"] for row in account.reports[1].tables}
    assert again["invoice_details"] == again["invoice_pdfs"] == 0


def test_no_secret_is_anywhere_on_disk_and_no_personal_value_in_clear(loaded: Any) -> None:
    account, _, _ = loaded
    folder: Path = account.warehouse.folder
    files = [path for path in folder.rglob("*") if path.is_file() and "documents" not in path.parts]
    assert account.warehouse.private in files
    with account.warehouse.connect() as connection:
        for operation in LOADED:
            for table in tables(operation):
                hits = connection.execute(f"""select * from raw_i3d."{table}" as t where contains(t::varchar, 'CANARY-')""")
                assert hits.fetchall() == [], table
    for path in files:
        held = path.read_bytes()
        assert b"CANARY-SECRET" not in held, path
        assert account.world.token.encode() not in held or path.name.endswith(".log"), path


def test_files_and_folders_are_for_their_owner_only(loaded: Any) -> None:
    account, _, _ = loaded
    made = [path for path in account.warehouse.folder.rglob("*") if path != account.warehouse.folder]
    assert made
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_an_account_with_nothing_still_has_every_table(account: Any) -> None:
    empty = account(size="empty")
    report = empty.load()
    assert [row for row in report.tables if row["status"] != "loaded"] == []
    for operation in LOADED:
        for table in tables(operation):
            empty.query(f'select count(*) from raw_i3d."{table}"')
    assert empty.query("select count(*) from raw_i3d.colocations") == [(0,)]


def test_history_of_prices_and_measures_grows_over_replayed_dates(account: Any) -> None:
    world_now = World().clock.now()
    mine = account(start=world_now - timedelta(days=150))
    for _ in range(3):
        mine.load("dedicated_servers", "colocations", "currencies")
        mine.world.clock.advance(timedelta(days=60))
    observed = mine.query("select count(distinct observed_at), count(*) from raw_i3d.dedicated_servers_observations")[0]
    assert observed == (3, sum(row[0] for row in mine.query("select count(*) from raw_i3d.dedicated_servers_observations")))
    prices = "select id from raw_i3d.dedicated_servers_history group by id having count(distinct price_per_month) > 1"
    assert mine.query(prices) != []
    versions = "select id, count(*) as n from raw_i3d.dedicated_servers_history where valid_to is null group by id"
    assert mine.query(f"select max(n), min(n) from ({versions})") == [(1, 1)]
