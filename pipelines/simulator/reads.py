"""The reads that are more than rows of a table: filters and other forms of the same rows, and the list of all special ones.

`lists.py` serves everything that needs no special rule, `telemetry.py` the series, `usage.py` the hours, `documents.py` the
bytes, `payments.py` what a payment would take.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipelines.i3d.catalogue import BY_NAME
from pipelines.simulator.documents import read_file, read_graph, read_pdf, read_root_password
from pipelines.simulator.lists import answer_one, answer_rows
from pipelines.simulator.pages import labels_of
from pipelines.simulator.parents import check
from pipelines.simulator.payments import read_payment_landing, read_payment_preparation
from pipelines.simulator.request import Refusal, Request, Response
from pipelines.simulator.seed.invoicing import detail
from pipelines.simulator.usage import read_usage
from pipelines.simulator.views import charged

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]
Parameters = dict[str, str]
Read = Callable[["World", Request, Parameters], Response]
STATES = frozenset({"granted", "pending", "denied", "revoked", "suspended"})


def filtered(name: str, keep: Callable[[Request, Row], bool]) -> Read:
    """A list of which the query keeps only some rows."""

    def read(world: World, request: Request, parameters: Parameters) -> Response:
        operation = BY_NAME[name]
        rows = [row for row in world.stored(operation.table) if keep(request, row)]
        return answer_rows(world, request, operation, rows)

    return read


def has_labels(request: Request, row: Row) -> bool:
    """Whether a server carries every `key=value` of the query."""
    wanted = [pair.partition("=") for pair in labels_of(request).split(",") if pair]
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


def read_remote_information(world: World, request: Request, parameters: Parameters) -> Response:
    """The caller as the API sees it."""
    seen = {"userAgent": request.headers.get("user-agent", ""), "xForwardHost": request.headers.get("host", "")}
    return answer_one(world, BY_NAME["get_remote_information"], world.tables["remote_information"][0] | seen)


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
