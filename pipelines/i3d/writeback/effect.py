"""How a write shows in what can be read: which read, row and field. Mostly it follows from the paths; the rest is data.

Says nothing about when something is read (`planning.py`, `applying.py`, `resolving.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipelines.i3d.catalogue import BY_NAME, BY_TABLE, OPERATIONS
from pipelines.i3d.operation import Operation
from pipelines.i3d.shape import Field, Shape

Kind = Literal["fields", "created", "gone", "joined", "left", "filled", "empty", "is", "is_not", "renamed", "nothing"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What is different afterwards in the answer of `read`.

    `match` is the field of a row and the path parameter that say which row is meant (dotted: a row of that list, wherever it
    is, without a value in `field` where it is missing); without it the answer is the row.
    `kind`: the sent `fields` stand in the row; a row is `created` or `gone`; the path's last parameter has `joined` or `left`
    the list `field`; `field` is `filled`, `empty`, `is` or `is_not` one of `words`; the row is `renamed`; `nothing` shows.
    `marker` is the field of the body that carries our mark, `inside` the list of a row in which something is created, `detail`
    the read that tells more of a created row. `once`: what is there already need not be created again. `loose`: fields that
    the API takes and, by its own word, does not change, or that move by themselves.
    """

    kind: Kind
    read: Operation | None = None
    match: tuple[str, str] | None = None
    field: str = ""
    words: tuple[str, ...] = ()
    marker: str = ""
    inside: str = ""
    detail: str = ""
    once: bool = False
    loose: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The field by which rows of the read are told apart."""
        known = () if self.inside or self.read is None else table_of(self.read).key
        return known[-1] if known else "id"

    @property
    def watched(self) -> tuple[str, ...]:
        """The fields whose change makes a plan stale: contract fields where there are such, else all that hold still."""
        if self.read is None or self.read.shape is None:
            return ()
        table = table_of(self.read)
        if table.history:
            return tuple(dict.fromkeys([*table.history, *([self.field] if self.field else [])]))
        moving = {*table.observe, *self.loose}
        return tuple(name for name, item in self.read.shape.fields.items() if steady(item) and name not in moving)


NOTHING = Effect("nothing")
GOING = ("releasing", "released")
READS = {line.path.rstrip("/"): line for line in OPERATIONS if line.method == "GET"}


def table_of(read: Operation) -> Operation:
    """The loaded operation whose rows a read shows."""
    found: Operation = BY_TABLE.get(read.rereads or read.table, read)
    return found


def steady(item: Field) -> bool:
    """Whether a field is one that no measurement moves: a text, an id, a flag."""
    return item.type in ("id", "text", "integer", "boolean") and not isinstance(item.of, Shape)


def _read(name: str) -> Operation:
    found: Operation = BY_NAME[name]
    return found


def _created(name: str, **rest: object) -> Effect:
    return Effect("created", _read(name), **rest)  # type: ignore[arg-type]


COLOCATION, CROSS_CONNECT = _read("get_colocation"), _read("get_cross_connect")
TICKET, VISITOR = ("id", "ticketId"), _read("get_colocation_visitor")
LOOKED_AT = ("clientLastReadAt",)  # a load may be what reads a ticket
SERVER, TRIGGER = _read("get_flexmetal_server"), _read("get_trigger")
UNREADABLE = (
    "log_in", "log_in_with_otp", "log_out", "sign_up", "change_password", "request_password_reset", "reset_password",
    "confirm_email", "resend_email_confirmation", "resend_oauth_email_confirmation", "change_email", "check_account_whitelist",
    "register_payment", "request_calc_quote", "request_colocation_quote", "contact_sales", "upload_ticket_attachment",
    "delete_ticket_attachment", "set_switch_port_rate_limit", "set_switch_port_speed", "set_switch_port_state",
    "create_job_application", "upload_job_application_file", "subscribe_newsletter", "confirm_newsletter",
    "unsubscribe_newsletter",
)  # fmt: skip
SPECIAL: dict[str, Effect] = dict.fromkeys(UNREADABLE, NOTHING) | {
    "create_ticket": _created("get_tickets", marker="title"),
    "reply_to_ticket": Effect("created", _read("get_ticket_texts"), marker="title", inside="replies"),
    "open_ticket": Effect("is_not", _read("get_tickets"), TICKET, "status", ("closed",), loose=LOOKED_AT),
    "close_ticket": Effect("is", _read("get_tickets"), TICKET, "status", ("closed",), loose=LOOKED_AT),
    "create_flexmetal_server": _created("get_flexmetal_servers", marker="tags"),
    "release_flexmetal_server": Effect("gone", SERVER, field="status", words=GOING),
    "tag_flexmetal_server": Effect("joined", SERVER, field="tags"),
    "untag_flexmetal_server": Effect("left", SERVER, field="tags"),
    "rename_flexmetal_tag": Effect("renamed", _read("get_flexmetal_tags"), field="tag"),
    "create_calc_order": _created("get_calc_orders", detail="get_calc_order_details"),
    "finalize_calc_order": Effect("is", _read("get_calc_order_details"), field="finalized", words=("1", "true")),
    "cancel_colocation": Effect("filled", COLOCATION, field="dateCancelled"),
    "revert_colocation_cancellation": Effect("empty", COLOCATION, field="dateCancelled"),
    "cancel_cross_connect": Effect("filled", CROSS_CONNECT, field="dateCancelled"),
    "revert_cross_connect_cancellation": Effect("empty", CROSS_CONNECT, field="dateCancelled"),
    "update_account_details": Effect(
        "fields", _read("get_account_details"), loose=("accountType", "companyName", "vatNumber", "cocNumber")
    ),
    "update_dedicated_server": Effect("fields", _read("get_dedicated_server"), loose=("uptime",)),
    "set_reverse_dns": Effect("fields", COLOCATION, match=("rDns.ip", "ipAddress"), field="hostname"),
    "revoke_colocation_access": Effect("is", VISITOR, field="status", words=("revoked",)),
    "reactivate_colocation_access": Effect("is_not", VISITOR, field="status", words=("revoked",)),
    "enable_trigger": Effect("is", TRIGGER, field="active", words=("1", "true")),
    "disable_trigger": Effect("is_not", TRIGGER, field="active", words=("1", "true")),
}
# Two of these are two things: a second ticket, order or request is no mistake to skip.
REPEATABLE = frozenset({
    "create_ticket", "create_calc_order", "create_flexmetal_server", "create_colocation_access", "create_api_key",
})  # fmt: skip


def effect_of(operation: Operation) -> Effect:
    """The effect of a write, `NOTHING` where nothing can be read back."""
    if operation.name in SPECIAL:
        return SPECIAL[operation.name]
    if operation.method == "POST":
        listed = READS.get(operation.path.rstrip("/"))
        return Effect("created", listed, once=operation.name not in REPEATABLE) if listed else NOTHING
    kind: Kind = "fields" if operation.method == "PUT" else "gone"
    if operation.path in READS:
        return Effect(kind, READS[operation.path])
    above, _, last = operation.path.rpartition("/")
    if above in READS and last.startswith("{"):
        return Effect(kind, READS[above], match=(table_of(READS[above]).key[-1], last.strip("{}")))
    return NOTHING


def target_path(operation: Operation) -> str:
    """The path of what a write is about: without the words behind its last parameter, such as `/cancel`."""
    path = operation.path.replace("/finalize/", "/").removeprefix("/v3/")
    while operation.parameters and not path.endswith("}"):
        path = path.rpartition("/")[0]
    return path
