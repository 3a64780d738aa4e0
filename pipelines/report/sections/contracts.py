"""What is left, and what must be decided when: capacity, quota, idle servers, the contract calendar."""

from __future__ import annotations

from dataclasses import replace

from pipelines.report.layout import Section, Table, code, count, day, folded, money, note, number, share, text


def newest(mart: str) -> str:
    """Only the newest snapshot of a mart."""
    return f"rows.snapshot_on = (select max(snapshot_on) from marts.{mart})"  # noqa: S608


RACKS = Table(
    "capacity_racks", "Racks", "capacity_colocation", ("colocation_id", "snapshot_on"),
    (
        day("snapshot_on", "On"), number("contract_amps", "Contract", "A", 0), number("peak_amps", "Peak", "A"),
        number("headroom_amps", "Left", "A"), share("utilisation_pct", "Amperes used"),
        share("commit_used_pct", "Bandwidth used", optional=True),
        number("days_to_exhaustion", "Full in", "days", 0, optional=True),
        note("reason", "No forecast because"),
    ),
    "rows.utilisation_pct desc nulls last", service="'colocation:' || rows.colocation_id",
    where="rows.snapshot_on = (select max(snapshot_on) from marts.capacity_colocation as newest "
    "where newest.colocation_id = rows.colocation_id) and rows.snapshot_on > clock.as_of_on - 31",
    empty="The account has no rack with measured power.",
)  # fmt: skip

COMMITS = Table(
    "capacity_commits", "FlexMetal commits", "capacity_flexmetal_commit", ("location_id", "instance_type", "snapshot_on"),
    (
        text("location_name", "Location"), text("instance_type", "Type"), day("snapshot_on", "On"), count("commit", "Commit"),
        count("in_use", "In use"), count("headroom", "Left"), count("overflow", "Beyond"), share("utilisation_pct", "Used"),
        number("days_to_exhaustion", "Full in", "days", 0, optional=True), note("reason", "No forecast because"),
    ),
    "rows.utilisation_pct desc nulls last", where=newest("capacity_flexmetal_commit"), empty="The account has no commit.",
)  # fmt: skip

QUOTAS = Table(
    "capacity_quotas", "FlexMetal quota", "capacity_flexmetal_quota",
    ("location_id", "instance_type", "quota_type", "contract_id", "snapshot_on"),
    (
        text("location_name", "Location"), text("instance_type", "Type"), code("quota_type", "Kind"),
        text("contract_id", "Contract"), day("snapshot_on", "On"), count("quota", "Quota"), count("usage", "In use"),
        count("headroom", "Left"), share("utilisation_pct", "Used"),
    ),
    "rows.utilisation_pct desc nulls last", where=newest("capacity_flexmetal_quota"), top=15,
    empty="The account has no quota.",
)  # fmt: skip

IDLE = Table(
    "idle_servers", "Servers that do nothing", "idle_servers", ("service_key",),
    (
        code("verdict", "Verdict"), money("monthly_price", "Price per month"), count("days_observed", "Days observed"),
        number("mean_cpu_pct", "CPU", "%", optional=True), day("last_observed_on", "Last seen"),
    ),
    "rows.monthly_price desc nulls last", service="rows.service_key", rest="monthly_price",
    where="rows.verdict in ('idle', 'off_but_billed')",
    empty="No server is known to be idle. A verdict needs two weeks of hourly observations.",
)  # fmt: skip

CALENDAR = Table(
    "contract_calendar", "Every contract", "contract_calendar", ("service_key",),
    (
        code("urgency", "Decide within days"), day("last_day_to_cancel_on", "Last day to cancel"),
        count("days_to_cancel", "Days left", optional=True), day("term_ends_on", "Term ends"),
        day("earliest_exit_on", "Earliest exit"),
        money("exposure_amount", "Costs until then"), note(),
    ),
    "rows.days_to_cancel < 0 nulls last, abs(rows.days_to_cancel)", service="rows.service_key", rest="exposure_amount", top=40,
    empty="No running service has a contract that ends.",
    note="First what can still be cancelled, the nearest day first; then what was missed, the latest first.",
)  # fmt: skip

DUE = replace(
    CALENDAR, name="contracts_due", title="To decide within 30 days", where="rows.urgency in ('7', '30')", note="",
    empty="No contract has to be decided within 30 days.",
)  # fmt: skip

CAPACITY = Section(
    "capacity", "Capacity and quota", "How full it is, and when it will be.", (RACKS, COMMITS, QUOTAS, IDLE),
    alarm="idle_servers", alarm_label="idle servers",
)  # fmt: skip
CONTRACTS = Section(
    "contracts", "Contract calendar", "Until when a contract can be cancelled, and what staying costs.",
    (DUE, folded(CALENDAR)),
    alarm="contracts_due", alarm_label="contracts to decide within 30 days",
)  # fmt: skip
