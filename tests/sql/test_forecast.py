"""The forecast beside the regression of the standard library, and its rules of honesty, over a few hundred generated series."""

from __future__ import annotations

import statistics
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from scratch import ask, build_models, write_raw

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt forecast")]
FIRST = date(2026, 1, 1)
CASES = 300
CAPACITY = 1000
MIN_DAYS, MIN_R2, HORIZON = 14, 0.5, 2


def series(number: int) -> list[tuple[int, int]]:
    """Day and servers in use of one generated series: growing, flat, falling or noisy, with days missing."""
    random = Random(number)
    slope, start, noise = random.choice((-3, 0, 0.2, 1, 4, 9)), random.randrange(50, 700), random.choice((0, 5, 60))
    days = sorted(random.sample(range(60), random.choice((1, 2, 13, 14, 15, 30, 45))))
    return [(day, max(0, round(start + slope * day + random.uniform(-noise, noise)))) for day in days]


def forecast(points: list[tuple[int, int]]) -> tuple[float | None, str | None]:
    """Days to the capacity from the last point, or the reason why not, by statistics.linear_regression."""
    days, values = [day for day, _ in points], [value for _, value in points]
    if values[-1] >= CAPACITY:
        return None, "exhausted"
    if len(points) < MIN_DAYS:
        return None, "too_few_days"
    line = statistics.linear_regression(days, values)
    if line.slope <= 0:
        return None, "not_growing"
    if statistics.correlation(days, values) ** 2 < MIN_R2:
        return None, "poor_fit"
    left = (CAPACITY - (line.intercept + line.slope * days[-1])) / line.slope
    return (max(left, 0), None) if left <= HORIZON * (days[-1] - days[0]) else (None, "beyond_horizon")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("forecast") / "warehouse.duckdb"
    noon = datetime(FIRST.year, FIRST.month, FIRST.day, 12, tzinfo=UTC)
    rows = [
        {"location_id": str(number), "observed_at": noon + timedelta(days=day), "location": "{}",
         "commits": f'[{{"instanceType": {{"name": "a"}}, "capacity": {CAPACITY}, "inUse": {value}}}]'}
        for number in range(CASES) for day, value in series(number)
    ]  # fmt: skip
    write_raw(path, {"flexmetal_commits_observations": pa.Table.from_pylist(rows)})
    build_models(path, "--select", "+capacity_flexmetal_commit", "--exclude-resource-type", "unit_test")
    return path


def test_every_series_has_the_forecast_of_the_standard_library_or_its_reason(built):
    found = ask(
        built,
        """
        select location_id, days_to_exhaustion, reason from marts.capacity_flexmetal_commit
        qualify row_number() over (partition by location_id order by snapshot_on desc) = 1
        """,
    )
    expected = {str(number): forecast(series(number)) for number in range(CASES)}
    assert len(found) == CASES
    assert {key: reason for key, _, reason in found} == {key: reason for key, (_, reason) in expected.items()}
    for key, days, _ in found:
        wanted = expected[key][0]
        assert (days is None) == (wanted is None)
        assert wanted is None or abs(days - Decimal(wanted)) < Decimal("0.00001"), key


def test_the_generated_series_meet_every_rule():
    reasons = {forecast(series(number))[1] for number in range(CASES)}
    assert reasons == {None, "exhausted", "too_few_days", "not_growing", "poor_fit", "beyond_horizon"}
