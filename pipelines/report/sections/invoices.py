"""Documents: what is open since when, and which of them prove themselves wrong."""

from __future__ import annotations

from pipelines.report.layout import Section, Table, by_money, code, count, day, money, text

AGEING = Table(
    "invoice_ageing", "Open by age", "invoice_ageing", ("currency_code", "ageing_bucket"),
    (
        code("ageing_bucket", "Days overdue"), count("invoice_count", "Documents"), money("open_amount", "Open"),
        money("unapplied_amount", "Owed to you"), day("earliest_due_on", "Due since"),
        count("unknown_count", "Unknown amounts"),
    ),
    "rows.currency_code, array_position(['91+', '61-90', '31-60', '1-30', 'not_due', 'unknown', 'credit', 'paid'], "
    "rows.ageing_bucket)",
    empty="The account has no invoice yet.", note="Including VAT. Days count from the due date to the moment of this report.",
)  # fmt: skip

OPEN = Table(
    "open_invoices", "Open invoices and credits", "invoices", ("invoice_id",),
    (
        text("invoice_number", "Invoice"), text("description", "Title"), day("issued_on", "Issued"), day("due_on", "Due"),
        count("days_overdue", "Days overdue", optional=True), money("amount_incl_vat", "Total"), money("open_amount", "Open"),
        code("credit_reason", "Credit"), code("reason", "Note"),
    ),
    by_money("open_amount"),
    where="rows.open_amount is distinct from 0", rest="open_amount", empty="Everything is paid.",
    note="Below 0 you overpaid, or a credit is left to use.",
)  # fmt: skip

FAILED = Table(
    "failed_proofs", "Proofs that fail", "invoice_checks", ("invoice_id", "line_number", "check_id"),
    (
        text("invoice_id", "Invoice id"), count("line_number", "Line", optional=True), text("check_id", "Proof"),
        text("expected", "Expected"), text("actual", "Found"), text("message", "What is wrong"),
    ),
    "rows.invoice_id", where="rows.status = 'fail'", empty="Every document proves itself right.",
    note="Line 0 is the head of the document, the invoice * the account.",
)  # fmt: skip

INVOICES = Section(
    "invoices", "Invoices", "What is open and since when, and which documents are arithmetically wrong.",
    (AGEING, OPEN, FAILED),
    alarm="failed_proofs", alarm_label="failed proofs",
)  # fmt: skip
