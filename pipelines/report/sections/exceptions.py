"""What somebody should act on, look at or know, by money."""

from __future__ import annotations

from pipelines.report.layout import Section, Table, below, by_money, code, count, day, money, rare, text

COLUMNS = (
    text("message", "What it is, and what to do"), below(text("next_step", "What to do")),
    money("amount_at_stake", "At stake", optional=True), rare(money("expected_amount", "Expected", optional=True)),
    rare(money("billed_amount", "Billed", optional=True)), code("code", "Finding"), below(text("service_key", "Service")),
    rare(text("invoice_id", "Invoice id")), rare(count("line_number", "Line", optional=True)), day("happened_on", "Day"),
    text("source_table", "Figures in"), below(code("reason", "Note")),
)  # fmt: skip


def of_severity(severity: str, title: str, empty: str) -> Table:
    """The exceptions of one severity, the dearest first, those without an amount last."""
    return Table(
        f"exceptions_{severity}", title, "exceptions", ("exception_id",), COLUMNS, by_money("amount_at_stake"),
        where=f"rows.severity = '{severity}'", rest="amount_at_stake", empty=empty,
    )  # fmt: skip


EXCEPTIONS = Section(
    "exceptions", "Exceptions",
    "What is wrong or about to be, by how much money it is about, with the evidence and the next step.",
    (
        of_severity("high", "To act on now", "Nothing has to be acted on now."),
        of_severity("medium", "To look at", "Nothing has to be looked at."),
        of_severity("low", "To know", "Nothing else is worth knowing."),
    ),
    alarm="exceptions_high", alarm_label="to act on now",
)  # fmt: skip
