"""Calls that succeed: for every write a path and a body, made from the catalogue and from what is in the world. No tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pipelines.i3d.catalogue import BY_NAME, BY_TABLE
from pipelines.i3d.operation import Operation
from pipelines.i3d.shape import Field, Shape
from pipelines.simulator.handler import handle
from pipelines.simulator.request import Request, Response
from pipelines.simulator.world import World
from pipelines.simulator.writes.session import FIRST_PASSWORD, ONE_TIME_CODE

Prepared = tuple[dict[str, str], dict[str, Any]]
SAMPLES: dict[str, Any] = {"text": "someone@example.com", "integer": 1, "id": 1, "boolean": True, "number": 1.5, "any": {}}
LIMITED = {"phone": "+31 10 000", "rule": {"threshold": 80}}


def call(world: World, method: str, path: str, body: Any = None, **headers: str) -> Response:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return handle(world, Request(method, f"/v3{path}", {}, {"private-token": world.token, **headers}, raw))


def perform(world: World, name: str, parameters: dict[str, str], body: Any) -> Response:
    line = BY_NAME[name]
    path = line.fill(parameters).removeprefix("/v3")
    if line.multipart:
        return upload(world, path, b"text of the file")
    return call(world, line.method, path, body)


def upload(world: World, path: str, content: bytes) -> Response:
    head = b'--x\r\nContent-Disposition: form-data; name="attachment"; filename="log.txt"\r\nContent-Type: text/plain\r\n\r\n'
    kind = {"content-type": "multipart/form-data; boundary=x"}
    return call(world, "POST", path, head + content + b"\r\n--x--\r\n", **kind)


def read(world: World, path: str, **query: str) -> Any:
    headers = {"private-token": world.token, "ranged-data": "start=0,results=1000"}
    return json.loads(handle(world, Request("GET", f"/v3{path}", query, headers)).body)


def read_one(world: World, path: str) -> Any:
    """The one row of an answer, whether it comes as an object or as a list of one."""
    payload = read(world, path)
    return payload[0] if isinstance(payload, list) else payload


def sample(item: Field, name: str) -> Any:
    if name in LIMITED:
        return LIMITED[name]
    if isinstance(item.of, Shape):
        inner = fill(item.of)
        return [inner] if item.type == "list" else inner
    return [sample(item.of, name)] if isinstance(item.of, Field) else SAMPLES[item.type]


def fill(shape: Shape | None) -> dict[str, Any]:
    return {name: sample(item, name) for name, item in shape.fields.items()} if shape else {}


def parents(world: World, line: Operation) -> dict[str, str]:
    """The path parameters of some row that is there."""
    if not line.parameters:
        return {}
    table = BY_TABLE[line.reloads[0]]
    row = world.rows(table.table)[-1]
    return {name: str(row[f"@{name}"] if name in table.each else row[table.key[-1]]) for name in line.parameters}


def ready(world: World, name: str) -> tuple[dict[str, str], Any]:
    """The parameters and body of a call that succeeds, after whatever must happen before it."""
    line = BY_NAME[name]
    body = fill(line.body)
    special = SPECIAL.get(name)
    parameters, change = special(world) if special else (parents(world, line), {})
    return parameters, body | change


def log_in(world: World) -> Prepared:
    user = world.rows("session_user")[0]["userName"]
    return {}, {"userName": user, "password": FIRST_PASSWORD}


def enter_code(world: World) -> Prepared:
    call(world, "POST", "/session/login", log_in(world)[1])
    return {}, {"otp": ONE_TIME_CODE}


def mailed(world: World, path: str, field: str) -> str:
    """Asks for a mail to the account's main address; the hash in it."""
    address = world.rows("account_details")[0]["emailAddress"]
    call(world, "POST", path, {field: address, "language": "en"})
    return str(world.tables["@mails"][-1]["hash"])


def confirm(world: World) -> Prepared:
    user = world.rows("session_user")[0]["userId"]
    return {}, {"userId": user, "hash": mailed(world, "/account/email/confirm/resend", "email")}


def main_address(world: World) -> Prepared:
    return {}, {"email": world.rows("account_details")[0]["emailAddress"]}


def attachment(world: World) -> Prepared:
    number = json.loads(upload(world, "/tickets/attachment", b"x").body)["attachmentId"]
    return {"attachmentId": str(number)}, {}


def ticket(world: World) -> Prepared:
    uploaded, _ = attachment(world)
    return {"ticketId": str(world.rows("tickets")[0]["id"])}, {"attachmentIds": list(uploaded.values())}


def port(world: World) -> Prepared:
    server = world.rows("dedicated_servers")[0]["serverId"]
    return {"serverId": str(server)}, {"serverId": server}


def address_of_rack(world: World) -> Prepared:
    row = world.rows("colocations")[0]
    address = row["network"][0]["ipRange"][0]["rDns"][0]["ip"]
    return {"colocationId": str(row["id"]), "ipAddress": address}, {"hostname": "new.example.com"}


def cancelled(table: str, path: str, parameter: str) -> Callable[[World], Prepared]:
    def prepare(world: World) -> Prepared:
        number = str(next(row["id"] for row in world.rows(table) if not row["dateCancelled"]))
        call(world, "PUT", f"{path}/{number}/cancel")
        return {parameter: number}, {}

    return prepare


def running(table: str, parameter: str) -> Callable[[World], Prepared]:
    return lambda world: ({parameter: str(next(row["id"] for row in world.rows(table) if not row["dateCancelled"]))}, {})


def application(world: World) -> Prepared:
    number = json.loads(call(world, "POST", "/jobs/1/solicit").body)["id"]
    return {"jobId": "1", "solicitId": str(number)}, {}


def metal(world: World) -> Prepared:
    kind = world.rows("flexmetal_instance_types")[0]
    place = next(row["name"] for row in world.rows("flexmetal_locations") if row["id"] == kind["@locationId"])
    system = world.rows("operating_systems")[0]["slug"]
    words = {"location": place, "instanceType": kind["name"], "os": {"slug": system}, "tags": ["new-tag"], "contractId": ""}
    return {}, words


def worn_tag(world: World) -> Prepared:
    row = world.rows("flexmetal_servers")[0]
    return {"uuid": row["uuid"], "tag": row["tags"][0]}, {}


def cart(world: World) -> Prepared:
    order = world.rows("calc_order_details")[0]
    return {"orderId": str(order["id"])}, {"quantity": 2, "items": order["items"]}


def config(world: World) -> Prepared:
    return {}, {"configTag": str(world.rows("calc_configs")[0]["tag"])}


SPECIAL: dict[str, Callable[[World], Prepared]] = {
    "log_in": log_in,
    "log_in_with_otp": enter_code,
    "change_password": lambda _: ({}, {"currentPassword": FIRST_PASSWORD}),
    "change_email": lambda _: ({}, {"password": FIRST_PASSWORD}),
    "reset_password": lambda world: ({}, {"resetHash": mailed(world, "/account/password/reset", "emailAddress")}),
    "confirm_email": confirm,
    "resend_email_confirmation": main_address,
    "resend_oauth_email_confirmation": main_address,
    "confirm_newsletter": lambda world: ({}, {"token": mailed(world, "/newsletter/optin", "email")}),
    "create_job_application": lambda _: ({"jobId": "1"}, {}),
    "upload_job_application_file": application,
    "create_ticket": lambda world: ({}, ticket(world)[1]),
    "reply_to_ticket": ticket,
    "delete_ticket_attachment": attachment,
    "set_switch_port_rate_limit": port,
    "set_switch_port_speed": port,
    "set_switch_port_state": port,
    "set_reverse_dns": address_of_rack,
    "cancel_colocation": running("colocations", "colocationId"),
    "revert_colocation_cancellation": cancelled("colocations", "/colocation", "colocationId"),
    "cancel_cross_connect": running("cross_connects", "crossConnectId"),
    "revert_cross_connect_cancellation": cancelled("cross_connects", "/crossConnect", "crossConnectId"),
    "register_payment": lambda world: ({}, {"invoiceIds": world.rows("invoices")[0]["id"]}),
    "create_flexmetal_server": metal,
    "tag_flexmetal_server": lambda world: ({**worn_tag(world)[0], "tag": "another"}, {}),
    "untag_flexmetal_server": worn_tag,
    "create_flexmetal_tag": lambda _: ({}, {"tag": "another"}),
    "rename_flexmetal_tag": lambda world: ({"tag": worn_tag(world)[0]["tag"]}, {"tag": "another"}),
    "create_calc_order": config,
    "update_calc_order": cart,
    "delete_calc_order": cart,
    "finalize_calc_order": cart,
}
