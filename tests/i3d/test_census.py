"""The provider's own counts: names that can be told, names that cannot, and what is compared with what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.census import KINDS, compare, table_of
from pipelines.i3d.columns import ddl, tables
from pipelines.warehouse import RAW, Rows, Warehouse


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("Dedicated servers", "dedicated_servers"), ("DEDICATED GAME SERVER", "dedicated_servers"),
        ("Colocation", "colocations"),
        ("co-location racks", "colocations"), ("Cross connects", "cross_connects"), ("crossConnect", "cross_connects"),
        ("FlexMetal", "flexmetal_servers"), ("Bare-metal servers", "flexmetal_servers"), ("Colocation cross connects", None),
        ("Game servers", None), ("Domains", None), ("", None), (None, None), ("Columbia office", None),
    ],
)  # fmt: skip
def test_a_name_is_told_or_left_alone(name: str | None, table: str | None) -> None:
    assert table_of(name) == table


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Rows]:
    warehouse = Warehouse(tmp_path / "w.duckdb")
    with warehouse.writing(), warehouse.session() as rows:
        rows(f"create schema {RAW}")
        for table in ("dashboard_services", *KINDS):
            rows(ddl(RAW, table, tables(BY_TABLE[table])[table], dlt=False))
        yield rows


def test_only_what_is_told_once_is_compared(ask: Rows) -> None:
    said = (("Colocation", 2), ("Domains", 9), ("Dedicated", 1), ("Dedicated (old)", 1), ("FlexMetal", None))
    for row in said:
        ask(f"insert into {RAW}.dashboard_services (id, service, amount) values (uuid()::varchar, ?, ?)", row)
    for key, gone in (("a", False), ("b", False), ("c", True)):
        ask(f"insert into {RAW}.colocations (id, is_deleted) values (?, ?)", [key, gone])
    counts = {one.service: (one.table, one.loaded, one.agrees) for one in compare(ask)}
    assert counts == {
        "Colocation": ("colocations", 2, True), "Domains": (None, None, True), "Dedicated": (None, None, True),
        "Dedicated (old)": (None, None, True), "FlexMetal": ("flexmetal_servers", 0, True),
    }  # fmt: skip


def test_a_difference_is_told_and_released_servers_do_not_count(ask: Rows) -> None:
    ask(f"insert into {RAW}.dashboard_services (id, service, amount) values ('1', 'FlexMetal servers', 2)")
    for key, status in (("a", "delivered"), ("b", "Released"), ("c", None)):
        ask(f"insert into {RAW}.flexmetal_servers (uuid, status, is_deleted) values (?, ?, false)", [key, status])
    assert [(one.loaded, one.agrees) for one in compare(ask)] == [(2, True)]
    ask(f"delete from {RAW}.flexmetal_servers where uuid = 'a'")
    assert [(one.loaded, one.agrees) for one in compare(ask)] == [(1, False)]
