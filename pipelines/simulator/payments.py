"""What paying open invoices would take. Registering a payment is a write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.i3d.catalogue import BY_NAME
from pipelines.i3d.catalogue import billing as shapes
from pipelines.simulator.draft import draft
from pipelines.simulator.lists import answer_one, answer_rows
from pipelines.simulator.request import Refusal, Request, Response, expose

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]
ISSUERS = ("Bank A", "Bank B")


def total(invoices: list[Row]) -> int:
    """What is left to pay, in cents; negative for credits."""
    return sum(int(row["remainingAmount"]) for row in invoices)


def prepare(world: World, chosen: list[Row]) -> Row:
    """The preparation of a payment of these invoices; open credit notes are offered along."""
    credit = [row for row in world.stored("invoices") if row["isCredit"] and row["remainingAmount"] != "0"]
    issuers = [draft(shapes.PAYMENT_METHOD_ISSUERS, id=str(key), name=name) for key, name in enumerate(ISSUERS, 1)]
    method = draft(shapes.PAYMENT_METHOD, id=3, name="iDEAL", isSelectable=1, paymentProviderId=1, issuers=issuers)
    return draft(
        shapes.PAY_PREPARE, totalAmount=str(total(chosen)), currency="Euro", currencySign="€",
        totalSelectedInvoiceForPay=len(chosen), totalSelectedCreditForSettle=len(credit), accountCredit=str(-total(credit)),
        invoicesForPay=expose(chosen), creditInvoices=expose(credit), paymentMethod=[method],
    )  # fmt: skip


def read_payment_preparation(world: World, request: Request, parameters: dict[str, str]) -> Response:
    """The preparation for the invoices of the query, all unpaid ones by default; raises Refusal 422 for other ids."""
    unpaid = {row["id"]: row for row in world.stored("unpaid_invoices")}
    wanted = [key for key in request.query.get("invoiceIds", "").split(",") if key] or list(unpaid)
    if not set(wanted) <= set(unpaid):
        raise Refusal(422, 10009, "Unknown invoices", [{"property": "invoiceIds", "message": "are not all unpaid"}])
    row = prepare(world, [unpaid[key] for key in wanted])
    return answer_rows(world, request, BY_NAME["get_payment_preparation"], [row])


def read_payment_landing(world: World, request: Request, parameters: dict[str, str]) -> Response:
    """Where a payment provider sends the customer back to."""
    row = draft(shapes.PAYMENT_LANDING_RESPONSE, message="No payment found", status="unknown", paymentMethod="")
    return answer_one(world, BY_NAME["get_payment_landing"], row)
