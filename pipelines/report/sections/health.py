"""How far the figures can be trusted: what was loaded when, what was denied, what is missing."""

from __future__ import annotations

from pipelines.report.layout import Section, Table, code, count, folded, moment, number, text

COLUMNS = (
    text("table_name", "Table"), code("status", "Status"), count("row_count", "Rows", optional=True),
    count("source_count", "At the source", optional=True), count("missing_count", "Missing", optional=True),
    number("freshness_hours", "Age", "h", 1, optional=True), moment("last_loaded_at", "Loaded at (UTC)"),
    text("message", "Message"),
)  # fmt: skip
TROUBLE = Table(
    "load_trouble", "Not loaded as they should be", "load_health", ("table_name",), COLUMNS,
    "rows.status, rows.table_name", where="rows.status in ('denied', 'failed', 'stale') or rows.missing_count > 0", top=100,
    empty="Every table was loaded and is fresh.",
    note="Denied: the key may not read it, so figures that need it are unknown. Stale: not loaded for longer than allowed.",
)  # fmt: skip
LOADS = Table(
    "load_health", "Every table", "load_health", ("table_name",), COLUMNS, "rows.table_name", top=200,
    empty="Nothing was loaded yet.",
)  # fmt: skip

HEALTH = Section(
    "health", "Data quality", "What was loaded and when. How much of a month was measured stands beside its figures above.",
    (TROUBLE, folded(LOADS)), alarm="load_trouble", alarm_label="tables in trouble",
)  # fmt: skip
