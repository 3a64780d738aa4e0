"""Paying invoices: the payment is registered with its provider, and that is all.

No invoice changes: the money of a simulated account never arrives.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.i3d.catalogue.billing import PAYMENT_METHOD
from pipelines.simulator.draft import draft, secret
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body, refuse
from pipelines.simulator.writes.change import Parameters, handlers


def register_payment(world: World, body: Body, _parameters: Parameters) -> Row:
    """The payment form for some invoices, its secrets as canaries; raises Refusal 422 for an invoice that is not there."""
    wanted = [number.strip() for number in body["invoiceIds"].split(",")]
    known = {str(row["id"]): row for row in world.rows("invoices")}
    if not all(number in known for number in wanted):
        raise refuse(("invoiceIds", "This value holds an unknown invoice"))
    number, chosen = world.next_id("payments"), [known[name] for name in wanted]
    method = draft(PAYMENT_METHOD, number, id=body["paymentMethodId"], name="iDEAL", isSelectable=1)
    return {
        "requestUrl": secret("requestUrl", number),
        "postFormInputs": [{"name": "token", "value": secret("postFormInputs", number)}],
        "accountCredit": "0",
        "totalAmount": str(sum(Decimal(row["remainingAmount"]) for row in chosen)),
        "paymentMethod": method,
        "invoicesForPay": chosen,
    }


WRITES = handlers(register_payment=register_payment)
