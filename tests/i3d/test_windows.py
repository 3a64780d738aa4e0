"""Time windows: half-open, contiguous, in UTC whatever the machine's zone. Which windows are final is tested with the loads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UsageError
from pipelines.i3d.windows import Window, cut, default_span, midnight, next_month, span

NOW = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
SPANS = st.builds(
    lambda start, seconds: Window(start, start + timedelta(seconds=seconds)), MOMENTS, st.integers(1, 100 * 86_400)
)


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "America/St_Johns"])
def _machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@given(SPANS)
def test_days_cover_the_span_without_gap_or_overlap(whole: Window) -> None:
    days = list(cut(whole, "unix"))
    assert (days[0].start, days[-1].end) == (whole.start, whole.end)
    assert all(one.end == following.start == midnight(following.start) for one, following in pairwise(days))
    assert all(timedelta(0) < day.end - day.start <= timedelta(days=1) for day in days)


@given(SPANS)
def test_months_are_whole_and_cover_the_span(whole: Window) -> None:
    months = list(cut(whole, "month"))
    assert months[0].start <= whole.start
    assert months[-1].start < whole.end <= months[-1].end
    assert all(one.end == following.start for one, following in pairwise(months))
    assert all((month.start.day, month.end) == (1, next_month(month.start)) for month in months)


def test_an_empty_span_has_no_windows() -> None:
    assert list(cut(Window(NOW, NOW), "unix")) == []


def test_a_leap_day_is_a_day_and_belongs_to_its_month() -> None:
    leap = Window(datetime(2024, 2, 28, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC))
    assert [day.start.day for day in cut(leap, "unix")] == [28, 29]
    assert [month.query("month") for month in cut(leap, "month")] == [{"startDate": "2024-02-01", "endDate": "2024-03-01"}]


@pytest.mark.usefixtures("_machine_zone")
def test_the_machines_zone_changes_nothing() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-11)))
    for now in (NOW, elsewhere):
        assert default_span(now, 1) == Window(datetime(2024, 2, 29, tzinfo=UTC), NOW)
        assert next(cut(default_span(now, 0), "unix")).query("unix") == {"startTime": "1709251200", "endTime": "1709285400"}


def test_bounds_that_are_not_given_are_filled_in() -> None:
    earlier = NOW - timedelta(days=5, hours=3)
    assert span(None, None, NOW) is None
    assert span(earlier, None, NOW) == Window(earlier, NOW)
    assert span(None, earlier, NOW) == Window(midnight(earlier), earlier)
    assert span(None, midnight(NOW), NOW) == Window(midnight(NOW) - timedelta(days=1), midnight(NOW))


@pytest.mark.parametrize("hours", [0, 1])
def test_bounds_in_the_wrong_order_are_refused(hours: int) -> None:
    with pytest.raises(UsageError, match="is not before"):
        span(NOW, NOW - timedelta(hours=hours), NOW)
