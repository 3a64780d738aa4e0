"""The reads that are more than rows of a table: filters, other forms of the same rows, payments, usage.

`lists.py` serves everything that needs no special rule, `telemetry.py` the series, `documents.py` the bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from pipelines.i3d.catalogue import BY_NAME, billing, flexmetal
from pipelines.simulator.documents import read_file, read_graph, read_pdf, read_root_password
from pipelines.simulator.draft import draft
from pipelines.simulator.lists import answer_one, answer_rows
from pipelines.simulator.measures import month_begin, slice_of
from pipelines.simulator.parents import check
from pipelines.simulator.request import Refusal, Request, Response
from pipelines.simulator.seed.contracts import add_months
from pipelines.simulator.seed.invoicing import detail
from pipelines.simulator.signals import carried
from pipelines.simulator.views import charged, strip

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]
Parameters = dict[str, str]
Read = Callable[["World", Request, Parameters], Response]
STATES = frozenset({"granted", "pending", "denied", "revoked", "suspended"})
ISSUERS = ("Bank A", "Bank B")


def filtered(name: str, keep: Callable[[Request, Row], bool]) -> Read:
    """A list of which the query keeps only some rows."""

    def read(world: World, request: Request, parameters: Parameters) -> Response:
        operation = BY_NAME[name]
        rows = [row for row in world.stored(operation.table) if keep(request, row)]
        return answer_rows(world, request, operation, rows)

    return read


def has_labels(request: Request, row: Row) -> bool:
    """Whether a server carries every `key=value` of the query."""
    wanted = [pair.partition("=") for pair in request.query.get("labels", "").split(",") if pair]
    return all({"key": key, "value": value} in row["labels"] for key, _, value in wanted)


def is_such_machine(request: Request, row: Row) -> bool:
    """Whether an on-demand server has the asked status and tag."""
    status, tag = request.query.get("status"), request.query.get("tag")
    return (not status or row["status"] == status) and (not tag or tag in row["tags"])


def is_described(request: Request, row: Row) -> bool:
    """Whether the description of an invoice contains the asked text."""
    return request.query.get("filter", "").lower() in row["description"].lower()


def read_visitors(world: World, request: Request, parameters: Parameters) -> Response:
    """Visitors of one status; the plain list leaves revoked ones out. Raises Refusal 422 for an unknown status."""
    status = request.query.get("status")
    if status and status not in STATES:
        raise Refusal(422, 10008, "Unknown status", [{"property": "status", "message": "is not a known status"}])
    shown = {status} if status else STATES - (set() if world.switches.list_revoked else {"revoked"})
    rows = [row for row in world.stored("colocation_access") if row["status"] in shown]
    return answer_rows(world, request, BY_NAME["get_colocation_access"], rows)


def read_log_by_method(world: World, request: Request, parameters: Parameters) -> Response:
    """The calls of one method."""
    wanted = parameters["requestType"].upper()
    rows = [row for row in world.stored("api_log") if row["request"]["method"] == wanted]
    return answer_rows(world, request, BY_NAME["get_api_log_by_method"], rows)


def summary(name: str, table: str, **types: type) -> Read:
    """A list with fewer fields than its table; `types` are fields that the API sends as another type there."""
    operation = BY_NAME[name]

    def read(world: World, request: Request, parameters: Parameters) -> Response:
        wanted = [field for field in request.query.get("fields", "").split(",") if field]
        known = operation.shape.fields if operation.shape else ()
        fields = [field for field in known if not wanted or field in wanted]
        rows = world.stored(table)
        return answer_rows(world, request, operation, rows, show=lambda row: shorten(world, table, row, fields, types))

    return read


def shorten(world: World, table: str, row: Row, fields: list[str], types: dict[str, type]) -> Row:
    """Some fields of a row, some of them as another type."""
    shown = world.show(table, row)
    return {name: types[name](shown[name]) if name in types else shown[name] for name in fields}


def read_strings(world: World, request: Request, parameters: Parameters) -> Response:
    """The categories of tickets: a list of bare strings."""
    values = [row["value"] for row in world.stored("ticket_categories")]
    return answer_rows(world, request, BY_NAME["get_ticket_categories"], values)


def read_ticket(world: World, request: Request, parameters: Parameters) -> Response:
    """One ticket, which may count as read from now on."""
    row = world.find("tickets", id=parameters["ticketId"])
    if world.switches.ticket_read_marks:
        row["clientLastReadAt"] = world.clock.stamp()
    return answer_one(world, BY_NAME["get_ticket_texts"], row)


def read_invoice(name: str, field: str, parameter: str) -> Read:
    """One invoice in its long form."""

    def read(world: World, request: Request, parameters: Parameters) -> Response:
        row = world.find("invoices", **{field: parameters[parameter]})
        return answer_one(world, BY_NAME[name], detail(world, row))

    return read


def read_service_invoices(name: str, table: str) -> Read:
    """The invoices that charge one service; for cross connects a switch answers with the cross connect instead."""

    def read(world: World, request: Request, parameters: Parameters) -> Response:
        operation = BY_NAME[name]
        check(world, operation, parameters)
        key = int(next(iter(parameters.values())))
        if table == "cross_connects" and world.switches.cross_connect_invoice == "CrossConnect":
            return answer_rows(world, request, operation, [world.show(table, world.find(table, id=key))])
        rows = [row for row in world.stored("invoices") if key in charged(row, table)]
        return answer_rows(world, request, operation, rows)

    return read


def read_payment_preparation(world: World, request: Request, parameters: Parameters) -> Response:
    """What paying some invoices (all open ones by default) would take; raises Refusal 422 for unknown ids."""
    unpaid = {row["id"]: row for row in world.stored("unpaid_invoices")}
    wanted = [key for key in request.query.get("invoiceIds", "").split(",") if key] or list(unpaid)
    if not set(wanted) <= set(unpaid):
        raise Refusal(422, 10009, "Unknown invoices", [{"property": "invoiceIds", "message": "are not all unpaid"}])
    credits_ = [row for row in world.stored("invoices") if row["isCredit"] and row["remainingAmount"] != "0"]
    chosen = [strip(unpaid[key]) for key in wanted]
    issuers = [draft(billing.PAYMENT_METHOD_ISSUERS, id=str(key), name=name) for key, name in enumerate(ISSUERS, 1)]
    method = draft(billing.PAYMENT_METHOD, id=3, name="iDEAL", isSelectable=1, paymentProviderId=1, issuers=issuers)
    row = draft(
        billing.PAY_PREPARE, totalAmount=str(sum(int(item["remainingAmount"]) for item in chosen)), currency="Euro",
        currencySign="€", totalSelectedInvoiceForPay=len(chosen), totalSelectedCreditForSettle=len(credits_),
        accountCredit=str(-sum(int(item["remainingAmount"]) for item in credits_)), invoicesForPay=chosen,
        creditInvoices=[strip(item) for item in credits_], paymentMethod=[method],
    )  # fmt: skip
    return answer_rows(world, request, BY_NAME["get_payment_preparation"], [row])


def read_payment_landing(world: World, request: Request, parameters: Parameters) -> Response:
    """Where a payment provider sends the customer back to."""
    row = draft(billing.PAYMENT_LANDING_RESPONSE, message="No payment found", status="unknown", paymentMethod="")
    return answer_one(world, BY_NAME["get_payment_landing"], row)


def read_remote_information(world: World, request: Request, parameters: Parameters) -> Response:
    """The caller as the API sees it."""
    seen = {"userAgent": request.headers.get("user-agent", ""), "xForwardHost": request.headers.get("host", "")}
    return answer_one(world, BY_NAME["get_remote_information"], world.tables["remote_information"][0] | seen)


def read_usage(world: World, request: Request, parameters: Parameters) -> Response:
    """One slice per on-demand server in use within [startDate, endDate); the running month by default. Raises Refusal 422."""
    this_month = datetime.fromtimestamp(month_begin(world.clock.stamp()), UTC).date()
    try:
        first = date.fromisoformat(request.query.get("startDate", this_month.isoformat()))
        last = date.fromisoformat(request.query.get("endDate", add_months(this_month, 1).isoformat()))
    except ValueError:
        raise Refusal(422, 10007, "startDate and endDate are dates") from None
    if first > last:
        raise Refusal(422, 10007, "startDate is after endDate")
    start, end = (int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) for day in (first, last))
    slices = (usage_slice(world, row, start, end) for row in world.stored("flexmetal_servers"))
    return answer_rows(world, request, BY_NAME["get_flexmetal_usage"], [row for row in slices if row])


def usage_slice(world: World, row: Row, start: int, end: int) -> Row | None:
    """The use of one server in [start, end), begun hours and minutes counted as whole ones."""
    begin, stop = slice_of(row, start, min(end, world.clock.stamp()))
    if stop <= begin:
        return None
    ports = (world.uplinks[row["@uplink"]],) if row.get("@uplink") in world.uplinks else ()
    traffic = carried(world.seed, ports, begin // 300 * 300, stop // 300 * 300)
    return draft(
        flexmetal.FLEXMETAL_USAGE, server=strip(row), startedAt=iso(begin), endedAt=iso(stop),
        totalHours=ceil((stop - begin) / 3600), totalMinutes=ceil((stop - begin) / 60), bandwidthIn=traffic.incoming,
        bandwidthOut=traffic.outgoing,
    )  # fmt: skip


def iso(stamp: int) -> str:
    """A moment in the API's newest style."""
    return f"{datetime.fromtimestamp(stamp, UTC):%Y-%m-%dT%H:%M:%S}.000Z"


READS: dict[str, Read] = {
    "get_dedicated_servers": filtered("get_dedicated_servers", has_labels),
    "get_flexmetal_servers": filtered("get_flexmetal_servers", is_such_machine),
    "get_invoices": filtered("get_invoices", is_described),
    "get_unpaid_invoices": filtered("get_unpaid_invoices", is_described),
    "get_colocation_access": read_visitors,
    "get_api_log_by_method": read_log_by_method,
    "get_dedicated_server_summaries": summary("get_dedicated_server_summaries", "dedicated_servers"),
    "get_trigger_summaries": summary("get_trigger_summaries", "triggers", id=int),
    "get_ticket_categories": read_strings,
    "get_ticket_texts": read_ticket,
    "get_invoice_details": read_invoice("get_invoice_details", "id", "invoiceId"),
    "get_invoice_by_number": read_invoice("get_invoice_by_number", "invoiceNumber", "invoiceNumber"),
    "get_colocation_invoices": read_service_invoices("get_colocation_invoices", "colocations"),
    "get_cross_connect_invoices": read_service_invoices("get_cross_connect_invoices", "cross_connects"),
    "get_payment_preparation": read_payment_preparation,
    "get_payment_landing": read_payment_landing,
    "get_remote_information": read_remote_information,
    "get_flexmetal_usage": read_usage,
    "get_flexmetal_root_password": read_root_password,
    "get_invoice_pdfs": read_pdf,
    "get_account_file_downloads": read_file,
    "get_ticket_attachments": read_file,
} | {name: read_graph for name in BY_NAME if "_graphs_" in name}
