"""The month at a glance, and whose cost it is."""

from __future__ import annotations

from dataclasses import replace

from pipelines.report.layout import (
    COST_MONTH,
    Section,
    Table,
    by_money,
    code,
    count,
    folded,
    money,
    month,
    note,
    number,
    rare,
    text,
    unknown,
)

DIMENSIONS = {
    "location": "location", "project": "project", "service_type": "type of service", "purchase_order": "purchase order",
}  # fmt: skip
BEARERS = {"project_name": "Project", "purchase_order": "Purchase order"}

MONTHS = Table(
    "cost_by_month", "Cost by month", "cost_by_month", ("month", "currency_code"),
    (
        month(), count("service_count", "Services"), money("amount", "Cost"), money("amount_eur", "In euros", optional=True),
        money("change_amount", "Change", optional=True), money("presence_amount", "New and ended", optional=True),
        money("quantity_amount", "Quantity", optional=True), money("price_amount", "Price", optional=True),
        money("forecast_amount", "Forecast", optional=True), unknown("forecast_unknown_count", "Not forecast"),
        unknown("unknown_count", "Unknown costs"),
    ),
    "rows.month desc, rows.amount_eur desc nulls last",
    where="rows.month > clock.month - interval 13 month", top=39,
    empty="No service has cost anything yet.",
    note="Excluding VAT. The month that runs bears what is charged in advance whole, what is measured up to now.",
)  # fmt: skip

KINDS = Table(
    "cost_by_kind", "Cost by month and kind of charge", "cost_by_kind_month", ("month", "charge_kind", "currency_code"),
    (
        month(), code("charge_kind", "Kind"), count("service_count", "Services"), money("amount", "Cost", optional=True),
        money("amount_eur", "In euros", optional=True),
        money("change_amount", "Change", optional=True), money("presence_amount", "New and ended", optional=True),
        money("quantity_amount", "Quantity", optional=True), money("price_amount", "Price", optional=True),
        money("forecast_amount", "Forecast", optional=True), code("forecast_method", "How it is forecast"),
    ),
    "rows.month desc, rows.currency_code, rows.amount desc nulls last",
    where="rows.month > clock.month - interval 13 month", top=200, empty="No service has cost anything yet.",
    chart="cost_by_kind",
)  # fmt: skip

CHANGES = Table(
    "cost_changes", "What changed most", "cost_change_by_service_month",
    ("service_key", "month", "charge_kind", "currency_code"),
    (
        code("charge_kind", "Kind"), money("previous_amount", "Before", optional=True),
        money("amount", "After", optional=True), money("change_amount", "Change"), code("reason", "Because"),
    ),
    by_money("change_amount"), service="rows.service_key",
    where=f"rows.month = {COST_MONTH} and rows.change_amount is distinct from 0", top=15, rest="change_amount",
    empty="Every service cost the same as the month before.",
)  # fmt: skip

SERVICES = Table(
    "cost_by_service", "By service and kind of charge", "cost_by_service_month",
    ("service_key", "month", "charge_kind", "currency_code"),
    (
        code("charge_kind", "Kind"), number("quantity", "Quantity"), text("unit", "Unit"),
        money("unit_price", "Unit price"), money("amount", "Cost"),
        *(rare(replace(text(name, says), mart="services")) for name, says in BEARERS.items()), note(),
    ),
    by_money("amount"), service="rows.service_key", where=f"rows.month = {COST_MONTH}", rest="amount",
    empty="No service has cost anything yet.",
    note="A unit price is missing where several prices held in the month. A cost is unknown where the note says why.",
)  # fmt: skip


def by_dimension(dimension: str, label: str) -> Table:
    """The cost of the month by the values of one dimension."""
    return Table(
        f"cost_by_{dimension}", f"By {label}", "cost_by_allocation_month",
        ("dimension", "dimension_value", "month", "currency_code"),
        (
            (code if dimension == "service_type" else text)("dimension_value", label.capitalize()),
            count("service_count", "Services"), money("amount", "Cost"),
            money("amount_eur", "In euros", optional=True), unknown("unknown_count", "Unknown costs"),
        ),
        by_money("amount"),
        where=f"rows.month = {COST_MONTH} and rows.dimension = '{dimension}'", top=15, rest="amount", is_half=True,
        empty=f"No service has a {label}.",
    )  # fmt: skip


TAGS = Table(
    "cost_by_tag", "By tag and label", "cost_by_allocation_month", ("dimension", "dimension_value", "month", "currency_code"),
    (
        text("dimension", "Tag or label"), text("dimension_value", "Value"), count("service_count", "Services"),
        money("amount", "Cost"), money("amount_eur", "In euros", optional=True), unknown("unknown_count", "Unknown costs"),
    ),
    f"rows.dimension, {by_money('amount')}",
    where=f"rows.month = {COST_MONTH} and (rows.dimension = 'tag' or starts_with(rows.dimension, 'label:'))", top=30,
    empty="No server carries a tag or a label.",
    note="Each dimension adds up to the whole cost, so they are not to be added. What has several tags is shared evenly.",
)  # fmt: skip

GLANCE = Section(
    "glance", "The month at a glance",
    "What the account costs, why that changed, and what the month that runs will come to (◇). Power, usage and overuse begin "
    "with the first month whose telemetry was loaded: the months before may have cost more.",
    (folded(KINDS), CHANGES, folded(MONTHS)),
)  # fmt: skip
COST = Section(
    "cost", "Whose cost it is",
    "The cost of the last month that is over, by what bears it. A dash stands for what carries no such value.",
    (SERVICES, *(by_dimension(*pair) for pair in DIMENSIONS.items()), TAGS),
)  # fmt: skip
