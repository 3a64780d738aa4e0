"""From a query to the raw table, over approval, write and the load that follows; and the record inside the warehouse."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from bench import Bench
from terminal import CHANGES, DONE, Run, bench, metal, rack, run, served
from test_actions import MARTS, filled

from pipelines.i3d.writeback.export import RECORD, copy_record
from pipelines.warehouse import Warehouse

__all__ = ["bench", "run", "served"]

@pytest.mark.slow
def test_a_ticket_from_a_query_is_in_the_raw_table_after_it_was_applied(bench: Bench, run: Run) -> None:
    """The round trip: a rack over its commit, a plan from the query, an approval, the write, the table loaded again."""
    folder = Path(bench.settings.warehouse).parent
    folder.mkdir(parents=True, exist_ok=True)
    ids = {"rack": rack(bench), "host": "1", "metal": metal(bench), "other": metal(bench, 1), "line": "1"}
    ids |= {"place": "1", "type": "t", "city": "c", "order": "1"}
    with duckdb.connect(str(bench.settings.warehouse)) as connection:
        connection.execute(filled(MARTS, ids))
    code, out, _ = run("plan", "--action", "open_overuse_tickets", "department=noc", "--out", "p.json")
    assert (code, "3 to send" in out) == (CHANGES, True)
    assert run("approve", "p.json", actor="bob")[0] == DONE
    code, out, err = run("apply", "p.json")
    assert (code, "3 applied" in out, err) == (DONE, True, "")
    warehouse = Warehouse.of(bench.settings)
    with warehouse.connect() as connection:
        found = connection.execute("select title from raw_i3d.tickets where title like '%[wb:%' order by title").fetchall()
    titles = [row[0].partition(" [wb:")[0] for row in found]
    assert titles[0] == f"Bandwidth over commit: colocation:{ids['rack']}, 2026-10"
    assert len(titles) == 3
    check_copy(bench, warehouse)


def check_copy(bench: Bench, warehouse: Warehouse) -> None:
    """The record is a table of the warehouse, and comes back when the warehouse is made anew."""
    for _ in range(2):
        copy_record(warehouse)
        with warehouse.connect() as connection:
            described = connection.execute("describe ops.write_operations").fetchall()
            rows = connection.execute("select status, dry_run, attempts from ops.write_operations").fetchall()
        assert [row[0] for row in described] == list(RECORD)
        assert {row[0]: row[1] for row in described}["started_at"] == "TIMESTAMP"
        assert rows == [("planned", True, 0)] * 3 + [("applied", False, 1)] * 3
        warehouse.private.unlink()
    empty = Warehouse(warehouse.folder / "elsewhere" / "w.duckdb")
    empty.private.parent.mkdir(parents=True)
    copy_record(empty)
    with empty.connect() as connection:
        assert connection.execute("select count(*) from ops.write_operations").fetchone() == (0,)


@pytest.mark.slow
def test_a_single_row_is_loaded_again_by_its_own_read_and_the_others_stay(bench: Bench, run: Run) -> None:
    number, warehouse = rack(bench), Warehouse.of(bench.settings)
    load_everything(bench, "colocations", "flexmetal_servers", "flexmetal_tags")
    before = raw(warehouse, "colocations")
    tag = ["tag_flexmetal_server", f"uuid={metal(bench)}", "tag=x"]
    for words in (["update_colocation", f"colocationId={number}", "name=new"], tag):
        run("plan", *words, "--out", "p.json")
        run("approve", "p.json")
        bench.server.application.seen.clear()
        code, _, err = run("apply", "p.json")
        assert (code, err) == (DONE, "")
        reads = {call["path"] for call in bench.server.application.seen if call["method"] == "GET"}
        assert not reads & {"/v3/colocation", "/v3/flexMetal/servers", "/v3/flexMetal/tags"}
    after = raw(warehouse, "colocations")
    assert after == before | {number: ("new", False)}
    with warehouse.connect() as connection:
        marked = "select count(*) from raw_i3d.flexmetal_servers where contains(tags::varchar, '\"x\"')"
        tagged = connection.execute(marked).fetchone()
        versions = connection.execute("select count(*) from raw_i3d.colocations_history where valid_to is null").fetchone()
    assert tagged == (1,)
    assert versions == (len(before),)
    run("plan", "delete_flexmetal_tag", "tag=x", "--out", "p.json")
    run("approve", "p.json")
    assert run("apply", "p.json")[0] == DONE
    with warehouse.connect() as connection:
        gone = connection.execute("select is_deleted from raw_i3d.flexmetal_tags where tag = 'x'").fetchone()
    assert gone == (True,)


def raw(warehouse: Warehouse, table: str) -> dict[str, tuple[str, bool]]:
    with warehouse.connect() as connection:
        rows = connection.execute(f"select id, name, is_deleted from raw_i3d.{table}").fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def load_everything(bench: Bench, *words: str) -> None:
    from pipelines.i3d.client import Client
    from pipelines.i3d.load import Request, load
    from pipelines.i3d.selection import select

    with Client(bench.settings) as client:
        load(client, Warehouse.of(bench.settings), Request(select(words), bench.world.clock.now()))


@pytest.mark.slow
def test_a_load_that_fails_afterwards_is_a_warning(bench: Bench, run: Run) -> None:
    run("plan", "tag_flexmetal_server", f"uuid={metal(bench)}", "tag=x", "--out", "p.json")
    bench.world.switches.denied.add("/v3/flexMetal/tags")
    code, out, err = run("apply", "p.json")
    assert (code, "1 applied" in out) == (DONE, True)
    assert "Warning: flexmetal_tags could not be loaded again" in err
