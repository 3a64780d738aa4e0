"""Windows against an oracle: whatever order samples arrive in and however the API cuts its answers, the table is the truth.

The API is a dictionary here and so is the warehouse; what is tested is which windows are asked and what replaces what.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import DAY, HOUR, POLICY, Api, File, at, load, stamps

from pipelines.i3d.ledger import MOST_ASKS, Policy
from pipelines.i3d.windows import Window


@settings(max_examples=150, deadline=None)
@given(
    hours=st.sets(st.integers(0, 24 * 9), min_size=1),
    late=st.sets(st.integers(0, 24 * 9)),
    corrected=st.sets(st.integers(0, 24 * 9)),
    loads=st.lists(st.integers(1, 24 * 9), min_size=1, max_size=4),
    behaviour=st.fixed_dictionaries(
        {
            "inclusive_end": st.booleans(), "exclusive_start": st.booleans(), "shuffled": st.booleans(),
            "doubled": st.booleans(), "refuses_above": st.sampled_from([None, DAY, 2 * DAY + 300]),
            "cuts_after": st.sampled_from([None, DAY + 600]), "thins_above": st.sampled_from([None, None, DAY + 600]),
        }
    ),
    window_days=st.sampled_from([1, 2, 8]),
)  # fmt: skip
def test_the_table_equals_the_oracle(
    hours: set[int], late: set[int], corrected: set[int], loads: list[int], behaviour: dict[str, Any], window_days: int
) -> None:
    """Late and corrected samples within three days of their day are healed by any later load; nothing is ever doubled."""
    policy = Policy(POLICY.history_days, timedelta(days=12), window_days)
    api, file = Api(stamps(hours), **behaviour), File()
    for hour in sorted(loads):
        load(api, file, at(hour), policy=policy)
    api.samples |= stamps(late) | {stamp: value + 1000 for stamp, value in stamps(corrected).items()}
    end = at(24 * 9 + 1)
    load(api, file, end, policy=policy)
    # Where the API leaves out the start and refuses the overlap too, a midnight comes only with a day that was still young.
    no_midnights = behaviour["exclusive_start"] and behaviour["refuses_above"] == DAY
    found = {stamp: value for stamp, value in file.samples().items() if not (no_midnights and stamp % DAY == 0)}
    expected = {stamp: value for stamp, value in api.samples.items() if not (no_midnights and stamp % DAY == 0)}
    assert found == expected
    assert file.samples().keys() <= api.samples.keys()


def test_a_final_day_is_not_asked_again_and_an_open_one_is() -> None:
    api, file, week = Api(stamps(range(24 * 9))), File(), Policy(history_days=7)
    load(api, file, at(24 * 8), policy=week)
    api.asked.clear()
    load(api, file, at(24 * 8 + 1), policy=week)
    assert sorted(start + 300 for start, _ in api.asked) == [int(at(24 * day).timestamp()) for day in (5, 6, 7, 8)]


def test_days_with_gaps_are_asked_a_bounded_number_of_times() -> None:
    api, file = Api(stamps(hour for hour in range(24 * 8) if hour != 30)), File()
    now = at(24 * 8)
    for turn in range(MOST_ASKS + 2):
        load(api, file, now + timedelta(minutes=turn))
    gap_day = at(30).date()
    assert file.ledger["7"][gap_day].asks == MOST_ASKS
    assert file.ledger["7"][gap_day].state == "final"
    assert file.ledger["7"][gap_day].missing_count == 1


def test_an_explicit_span_asks_whole_days_and_the_one_that_closes_it() -> None:
    api, file = Api(stamps(range(24 * 9))), File()
    load(api, file, at(24 * 9), Window(at(30), at(72)))
    assert set(file.samples()) == set(stamps(range(24, 96)))
    assert int(at(72).timestamp()) in file.samples()


def test_an_entity_without_history_stops_after_a_fortnight_of_nothing() -> None:
    api, file = Api(stamps(range(24 * 20, 24 * 30))), File()
    load(api, file, at(24 * 30), policy=Policy(history_days=90))
    assert 10 + 14 <= len(api.asked) <= 10 + 28
    assert len(file.ledger["7"]) == 90
    api.asked.clear()
    load(api, file, at(24 * 30 + 1), policy=Policy(history_days=90))
    assert len(api.asked) <= 4 + 28


def test_an_entity_that_appears_later_is_filled_as_far_as_the_others() -> None:
    api, file = Api(stamps(range(24 * 8))), File()
    load(api, file, at(24 * 8))
    load(api, file, at(24 * 8), ids="78")
    assert file.samples("8") == file.samples("7") == api.samples


def test_samples_that_vanish_at_the_source_after_retention_stay() -> None:
    api, file = Api(stamps(range(24 * 8))), File()
    load(api, file, at(24 * 8))
    kept = file.samples()
    api.samples.clear()
    load(api, file, at(24 * 8), Window(at(0), at(24 * 8)))
    assert file.samples() == kept


def test_a_sample_that_cannot_be_read_is_set_aside_with_its_text_and_the_others_land() -> None:
    api, file = Api(stamps(range(24))), File()
    bad = int(at(5).timestamp())
    api.samples[bad] = "eleven"  # type: ignore[assignment]
    fetched = load(api, file, at(24))
    assert set(file.samples()) == set(api.samples) - {bad}
    assert fetched.rejected == 1
    assert "powerMeter" in file.rejects[0].reason
    assert '"eleven"' in file.rejects[0].sample


@pytest.mark.parametrize("window_days", [1, 31])
@pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 23), (10, 25, 25), (3, 28, 24)])
def test_a_local_day_is_complete_also_when_the_clocks_change(month: int, day: int, hours: int, window_days: int) -> None:
    """Loads go by UTC days; a day in Amsterdam is made of two of them, and has 23, 24 or 25 hours."""
    zone = ZoneInfo("Europe/Amsterdam")
    first, last = (datetime(2026, month, day + more, tzinfo=zone).astimezone(UTC) for more in (0, 1))
    noon = int((first - timedelta(days=5)).timestamp()) // DAY * DAY
    api, file = Api({noon + hour * HOUR: hour for hour in range(24 * 10)}), File()
    load(api, file, last + timedelta(days=1), Window(first, last), policy=Policy(window_days=window_days))
    assert len([stamp for stamp in file.samples() if first.timestamp() <= stamp < last.timestamp()]) == hours
    assert int(last.timestamp()) in file.samples()
