"""What is measured: traffic against its commit, power against its contract."""

from __future__ import annotations

from pipelines.report.layout import (
    Chart,
    Section,
    Table,
    code,
    count,
    day,
    flag,
    folded,
    moment,
    money,
    note,
    number,
    share,
)

CURVES = 6
# The services whose commit matters most: what costs already, then what is nearest to it.
NEAREST = f"""(
    select service_key from marts.bandwidth_by_service_month as months, marts.clock as today
    where months.month = today.month and (months.commit_gb > 0 or months.commit_mbit > 0) and months.billing_type != 'unmetered'
    order by
        months.overuse_amount desc nulls last, months.burst_minutes_left asc nulls last,
        months.projected_used_gb desc nulls last
    limit {CURVES}
)"""  # noqa: S608

RUNNING = Table(
    "bandwidth_running", "The month that runs", "bandwidth_by_service_month", ("service_key", "month"),
    (
        code("billing_type", "Billed by"), number("used_mbit", "95th percentile", "Mbit/s", optional=True),
        number("commit_mbit", "Commit", "Mbit/s", 0, optional=True),
        number("burst_minutes_left", "Burst left", "min", 0, optional=True),
        number("used_gb", "Volume", "GB", 0, optional=True), number("commit_gb", "Commit", "GB", 0, optional=True),
        number("projected_used_gb", "Projected", "GB", 0, optional=True), money("overuse_amount", "Overuse"),
        share("coverage_pct", "Measured"), note(),
    ),
    "rows.overuse_amount desc nulls last, rows.burst_minutes_left asc nulls last, rows.used_gb desc nulls last",
    service="rows.service_key", where="rows.month = clock.month", rest="overuse_amount", top=15,
    empty="No service has traffic in this month yet.",
    note="Burst left: minutes above the commit before the percentile of the month exceeds it; below 0 it has.",
)  # fmt: skip

CURVE = Table(
    "bandwidth_curve", "The curve of the month, day by day", "bandwidth_by_service_day", ("service_key", "day", "month"),
    (
        day("day", "Day"), number("peak_mbit", "Peak", "Mbit/s"), number("p95_mbit", "95th of the day", "Mbit/s"),
        number("commit_mbit", "Commit", "Mbit/s", 0, optional=True), number("month_to_date_gb", "Month to date", "GB", 0),
        number("commit_gb", "Commit", "GB", 0, optional=True), code("billing_type", "Billed by"),
        count("over_commit_count", "Samples above", optional=True), count("sample_count", "Samples"),
        flag("is_day_over", "Whole day"),
    ),
    "rows.service_key, rows.day", service="rows.service_key",
    where=f"rows.month = clock.month and rows.service_key in {NEAREST}",
    top=31 * CURVES, chart=Chart("bandwidth_curves", "The curve of the month"),
    empty="No service with a commit has samples in this month yet.",
)  # fmt: skip

CLOSED = Table(
    "bandwidth_closed", "The last month that is over", "bandwidth_by_service_month", ("service_key", "month"),
    (
        code("billing_type", "Billed by"), number("used_mbit", "95th percentile", "Mbit/s", optional=True),
        number("used_gb", "Volume", "GB", 0, optional=True), number("overuse_mbit", "Above commit", "Mbit/s", optional=True),
        number("overuse_gb", "Above commit", "GB", optional=True), money("overuse_unit_price", "Per unit", optional=True),
        money("overuse_amount", "Overuse"), share("coverage_pct", "Measured"), note(),
    ),
    "rows.overuse_amount desc nulls last, rows.used_gb desc nulls last", service="rows.service_key",
    where="rows.month = clock.previous_month", rest="overuse_amount", top=15, empty="No month with traffic is over yet.",
)  # fmt: skip

POWER_COLUMNS = (
    number("energy_kwh", "Energy", "kWh", 0), money("price_per_kwh", "Per kWh"), money("cost_amount", "Cost"),
    number("contract_amps", "Contract", "A", 0), number("peak_amps", "Peak", "A"), moment("peak_at", "Peak at (UTC)"),
    number("headroom_amps", "Headroom", "A"), number("failover_headroom_amps", "If one feed fails", "A", optional=True),
    share("coverage_pct", "Measured"), note(),
)  # fmt: skip
POWER_CLOSED = Table(
    "power_closed", "The last month that is over", "power_by_colocation_month", ("colocation_id", "month"), POWER_COLUMNS,
    "rows.headroom_amps asc nulls last, rows.cost_amount desc nulls last", service="'colocation:' || rows.colocation_id",
    where="rows.month = clock.previous_month", rest="cost_amount", chart=Chart("power_peaks", "Peak against contract"),
    empty="No month with power is over yet.",
    note="Headroom is what the contract leaves above the peak of 15 minutes; below 0 the rack draws more than its contract.",
)  # fmt: skip
POWER_RUNNING = Table(
    "power_running", "The month that runs", "power_by_colocation_month", ("colocation_id", "month"), POWER_COLUMNS,
    "rows.headroom_amps asc nulls last, rows.cost_amount desc nulls last", service="'colocation:' || rows.colocation_id",
    where="rows.month = clock.month", rest="cost_amount", empty="No rack has used power in this month yet.",
)  # fmt: skip

BANDWIDTH = Section(
    "bandwidth", "Bandwidth", "Traffic against what the contracts include: percentile or volume, what is left, what is above.",
    (folded(CURVE), RUNNING, CLOSED),
)  # fmt: skip
POWER = Section(
    "power", "Power", "Energy and its price, and how near each rack is to what its contract allows.",
    (POWER_CLOSED, folded(POWER_RUNNING)),
)  # fmt: skip
