"""When the pages of a list that only grows are enough, by what the warehouse knows of its rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.columns import LOAD_LOG, ddl, tables
from pipelines.i3d.history import QUIET_PAGES, History
from pipelines.i3d.rows import Privacy
from pipelines.warehouse import RAW, fetch_rows

NOW = datetime(2026, 11, 1, tzinfo=UTC)
INVOICES = BY_TABLE["invoices"]


@pytest.mark.parametrize(("remaining", "is_enough"), [("0", True), ("4200", False), (None, False)])
def test_a_sweep_goes_on_to_every_document_that_may_still_change(remaining: str | None, is_enough: bool) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create schema {RAW}")
        for table, columns in (("load_log", LOAD_LOG), ("invoices", tables(INVOICES)["invoices"])):
            connection.execute(ddl(RAW, table, columns, dlt=False))
        logged = f"insert into {RAW}.load_log (run_id, table_name, status, as_of, is_full_sweep, is_newest_first)"
        connection.execute(f"{logged} values ('a', 'invoices', 'loaded', ?, true, true)", [NOW])
        held = [(str(number), "0") for number in range(2, 9)] + [("1", remaining)]
        connection.executemany(f"insert into {RAW}.invoices (id, remaining_amount) values (?, ?)", held)

        def rows(sql: str, parameters: Any = ()) -> list[dict[str, Any]]:
            return fetch_rows(connection.execute(sql, list(parameters)))

        enough = History(rows, Privacy(key=None), NOW).enough(INVOICES)
        newest = [[{"id": str(8 - number)}] for number in range(QUIET_PAGES + 1)]
        assert enough(newest) is is_enough
        assert enough([*newest, [{"id": "1"}]])
