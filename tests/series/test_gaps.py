"""Days with gaps: how complete a series is, and when which day is asked again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.i3d.columns import LOAD_WINDOWS, ddl
from pipelines.i3d.gaps import MOST_DAYS, PAUSES, Coverage, coverage, due, is_due, spans
from pipelines.i3d.ledger import MOST_ASKS
from pipelines.warehouse import RAW, Rows, Warehouse

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Rows]:
    warehouse = Warehouse(tmp_path / "w.duckdb")
    with warehouse.writing(), warehouse.session() as rows:
        rows(f"create schema {RAW}")
        rows(ddl(RAW, "load_windows", LOAD_WINDOWS, dlt=False))
        yield rows


def note(ask: Rows, entity: str, back: int, rows: int, missing: int, asks: int = MOST_ASKS, state: str = "final") -> None:
    day, asked = TODAY - timedelta(days=back), NOW - timedelta(days=2)
    values = [entity, day, asked, asks, rows, missing, state]
    ask(f"insert into {RAW}.load_windows values ('pdu_power', ?, ?, ?, ?, ?, 0, 0, ?, '', ?)", values)


def test_nothing_known_is_no_coverage_and_nothing_to_ask(ask: Rows) -> None:
    assert coverage(ask, "pdu_power", NOW) == Coverage(0, 0, 0)
    assert coverage(ask, "pdu_power", NOW).pct is None
    assert due(ask, NOW, 90) == []


def test_coverage_counts_gaps_and_whole_days_from_the_first_sample_on(ask: Rows) -> None:
    for back, rows, missing in ((12, 0, 1), (10, 288, 0), (9, 144, 144), (8, 0, 1), (7, 288, 0)):
        note(ask, "1", back, rows, missing)
    note(ask, "1", 1, 10, 278, state="open")
    note(ask, "silent", 9, 0, 1)
    found = coverage(ask, "pdu_power", NOW)
    assert found == Coverage(288 + 144 + 288, 4 * 288, 2)
    assert found.pct == 62.5


def test_a_day_is_asked_when_some_device_misses_samples_and_once_had_some(ask: Rows) -> None:
    note(ask, "1", 12, 288, 0)
    note(ask, "1", 10, 144, 144)
    note(ask, "1", 9, 0, 1)
    note(ask, "2", 9, 288, 0)
    note(ask, "silent", 20, 0, 1)
    note(ask, "1", 2, 144, 144, state="open")
    assert [(gap.first, gap.last, gap.asks) for gap in due(ask, NOW, 90)] == [(day(10), day(9), MOST_ASKS)]
    assert due(ask, NOW, 5) == []


def test_pauses_grow_and_end(ask: Rows) -> None:
    for turn, pause in enumerate(PAUSES):
        asks = MOST_ASKS + turn
        assert not is_due(asks, NOW - pause + timedelta(seconds=1), NOW)
        assert is_due(asks, NOW - pause, NOW)
    assert not is_due(MOST_ASKS + len(PAUSES), NOW - timedelta(days=400), NOW)
    assert is_due(0, NOW - PAUSES[0], NOW)


@given(st.sets(st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.integers(0, 80))))
def test_runs_of_days_are_whole_and_short(found: set[tuple[str, int, int]]) -> None:
    gaps = spans((table, asks, day(back)) for table, asks, back in found)
    told = [(gap.table, gap.asks, gap.first + timedelta(days=more)) for gap in gaps for more in range(gap.days)]
    assert sorted(told) == sorted((table, asks, day(back)) for table, asks, back in found)
    assert all(gap.days <= MOST_DAYS for gap in gaps)


def day(back: int) -> date:
    return TODAY - timedelta(days=back)
