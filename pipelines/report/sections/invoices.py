"""Documents: what is open since when, and which of them prove themselves wrong."""

from __future__ import annotations

from pipelines.report.layout import Section, Table, by_money, code, count, day, money, note, text, unknown

AGEING = Table(
    "invoice_ageing", "Open by age", "invoice_ageing", ("currency_code", "ageing_bucket"),
    (
        code("ageing_bucket", "Days overdue"), count("invoice_count", "Documents"), money("open_amount", "Open"),
        money("unapplied_amount", "Owed to you"), day("earliest_due_on", "Due since"),
        unknown("unknown_count", "Unknown amounts"),
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
        note("credit_reason", "Credit"), note(),
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

RECONCILED = Table(
    "reconciliation", "Billed against agreed", "reconciliation_by_kind", ("charge_kind", "currency_code"),
    (
        code("charge_kind", "Kind"), money("billed_amount", "Billed"), count("settled_count", "Settled"),
        count("unknown_count", "Not to be judged"), count("finding_count", "Findings"),
        money("finding_amount", "They differ by", optional=True), count("forgiven_count", "Tolerated"),
        money("forgiven_amount", "Money forgiven"), text("tolerance", "Tolerance, the largest of"),
    ),
    "rows.charge_kind, rows.currency_code", empty="No invoice line and no expected charge yet.", top=40,
    note="Over all invoices that were loaded, excluding VAT. A tolerance that forgives much hides something. "
    "Findings stand under Exceptions.",
)  # fmt: skip

INVOICES = Section(
    "invoices", "Invoices",
    "What is open and since when, which documents are arithmetically wrong, and how the bills compare with what was agreed.",
    (AGEING, OPEN, FAILED, RECONCILED),
    alarm="failed_proofs", alarm_label="failed proofs",
)  # fmt: skip
