"""Tables that are another view of stored rows, and the order and presence of rows in a list.

`VIEWS[table](world)` gives the rows of such a table; fields that move with the clock are added by `live.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pipelines.i3d.catalogue import BY_TABLE, telemetry
from pipelines.i3d.catalogue import calc as calc_shapes
from pipelines.simulator.draft import draft
from pipelines.simulator.measures import month_begin
from pipelines.simulator.parents import combinations
from pipelines.simulator.payments import prepare
from pipelines.simulator.request import expose
from pipelines.simulator.seed.invoicing import detail
from pipelines.simulator.telemetry import SERIES, last_day
from pipelines.simulator.usage import slices

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]
LOGS = frozenset({"api_log", "account_log"})
NOTHING = "0"


def dig(row: Row, path: str) -> Any:
    """The value at a dotted path of a row."""
    value: Any = row
    for name in path.split("."):
        value = value[name]
    return value


def arrange(world: World, table: str, rows: list[Row]) -> list[Row]:
    """The rows that are listed, in the order of the list."""
    switches = world.switches
    if table == "flexmetal_servers" and not switches.list_released:
        rows = [row for row in rows if row["status"] != "released"]
    newest = BY_TABLE[table].newest
    if not newest:
        return rows
    if table in LOGS and switches.retention_days is not None:
        oldest = world.clock.stamp() - switches.retention_days * 86_400
        rows = [row for row in rows if dig(row, newest) >= oldest]
    # Turned round after sorting: of rows with one time the later stored comes first.
    return sorted(rows, key=lambda row: int(dig(row, newest)))[::-1] if switches.newest_first else rows


def unpaid_invoices(world: World) -> list[Row]:
    """Invoices with something left to pay."""
    return [row for row in world.stored("invoices") if not row["isCredit"] and row["remainingAmount"] != NOTHING]


def invoice_details(world: World) -> list[Row]:
    """The long form of every invoice."""
    return [detail(world, row) for row in world.stored("invoices")]


def charged_by(table: str, parameter: str) -> Callable[[World], list[Row]]:
    """The invoices of each service of a table, one row per service and invoice."""

    def view(world: World) -> list[Row]:
        return [row | {parameter: key} for row in world.tables["invoices"] for key in charged(row, table)]

    return view


def charged(invoice: Row, table: str) -> Any:
    """The ids of the services of a table that an invoice charges, each once."""
    return invoice["@charged"].get(table, [])


def open_tickets(world: World) -> list[Row]:
    """Tickets that are not closed, or whose last answer nobody has read."""
    return [row for row in world.stored("tickets") if row["status"] != "closed" or row["clientLastReadAt"] < row["updatedAt"]]


def calc_orders(world: World) -> list[Row]:
    """The short form of the orders in the cart."""
    fields = calc_shapes.CALC_ORDER_META.fields
    return [{name: row[name] for name in fields} for row in world.tables["calc_order_details"]]


def session_user(world: World) -> list[Row]:
    """The user with both blocks of the account inside."""
    blocks = {"details": world.tables["account_details"][0], "billingDetails": world.tables["account_billing"][0]}
    return [row | blocks for row in world.tables["session_user"]]


def colocation_access(world: World) -> list[Row]:
    """Visitors with their documents inside."""
    papers = world.tables["colocation_access_documents"]
    return [
        row | {"accountDocument": [expose(paper) for paper in papers if paper["@accessId"] == row["id"]]}
        for row in world.tables["colocation_access"]
    ]


def colocation_power_current(world: World) -> list[Row]:
    """One row per rack; its energy is added live."""
    shape = telemetry.COLOCATION_PDU_TELEMETRY
    return [draft(shape, id=row["id"], name=row["name"]) for row in world.tables["colocations"]]


def colocation_overuse(world: World) -> list[Row]:
    """One row per rack; what it used is added live."""
    return [
        draft(
            telemetry.COLOCATION_OVERUSE_TELEMETRY, coloId=row["id"], coloName=row["name"],
            orderedBandwidth=float(row["bandwidthContractual"]),
        )
        | {"@colocation": row}
        for row in world.tables["colocations"]
    ]  # fmt: skip


def dashboard_services(world: World) -> list[Row]:
    """The provider's own count of each kind of service."""
    kinds = ("dedicated_servers", "colocations", "cross_connects")
    amounts = [len(world.tables[kind]) for kind in kinds] + [sum(1 for _ in in_use(world))]
    return [row | {"amount": amount} for row, amount in zip(world.tables["dashboard_services"], amounts, strict=True)]


def in_use(world: World) -> Iterator[Row]:
    """The on-demand servers that have not been released."""
    return (row for row in world.tables["flexmetal_servers"] if row["status"] != "released")


def flexmetal_tags(world: World) -> list[Row]:
    """Tags with the number of servers that carry each."""
    worn = Counter(tag for row in world.tables["flexmetal_servers"] for tag in row["tags"])
    return [
        row | {"resources": {"count": worn[row["tag"]], "flexMetalServers": {"count": worn[row["tag"]]}}}
        for row in world.tables["flexmetal_tags"]
    ]


def flexmetal_commits(world: World) -> list[Row]:
    """Commits with the number of machines that draw on each."""
    used = Counter((row["location"]["id"], row["instanceType"]["id"]) for row in in_use(world) if row["contractId"])
    return [
        row
        | {"commits": [terms | {"inUse": used[row["location"]["id"], terms["instanceType"]["id"]]} for terms in row["commits"]]}
        for row in world.tables["flexmetal_commits"]
    ]


def flexmetal_quotas(world: World) -> list[Row]:
    """Quotas with what is used of each."""
    used = Counter((row["location"]["id"], row["instanceType"]["id"], row["contractId"]) for row in in_use(world))
    return [
        row
        | {
            "quotaUsage": [
                line | {"usage": used[row["location"]["id"], line["instanceType"]["id"], line["contractId"]]}
                for line in row["quotaUsage"]
            ]
        }
        for row in world.tables["flexmetal_quotas"]
    ]


def files(table: str) -> Callable[[World], list[Row]]:
    """One row per file that can be downloaded: only the path parameters that lead to it."""
    return lambda world: [
        {"@" + name: value for name, value in names.items()} for names in combinations(world, BY_TABLE[table])
    ]


def series(table: str) -> Callable[[World], list[Row]]:
    """The samples of the last day."""
    return lambda world: last_day(world, table)


FILES = tuple(table for table, line in BY_TABLE.items() if line.mode == "file")
VIEWS: dict[str, Callable[[World], list[Row]]] = {
    "unpaid_invoices": unpaid_invoices,
    "invoice_details": invoice_details,
    "colocation_invoices": charged_by("colocations", "@colocationId"),
    "cross_connect_invoices": charged_by("cross_connects", "@crossConnectId"),
    "open_tickets": open_tickets,
    "ticket_texts": lambda world: world.stored("tickets"),
    "calc_orders": calc_orders,
    "session_user": session_user,
    "colocation_access": colocation_access,
    "colocation_power_current": colocation_power_current,
    "colocation_overuse": colocation_overuse,
    "dashboard_services": dashboard_services,
    "flexmetal_tags": flexmetal_tags,
    "flexmetal_commits": flexmetal_commits,
    "flexmetal_quotas": flexmetal_quotas,
    "flexmetal_usage": lambda world: list(slices(world, month_begin(world.clock.stamp()), world.clock.stamp())),
    "payment_preparation": lambda world: [prepare(world, world.stored("unpaid_invoices"))],
    **{table: files(table) for table in FILES},
    **{table: series(table) for table in SERIES},
}
