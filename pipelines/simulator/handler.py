"""One call from end to end: fault, key, right, route, log, answer. What an answer holds is decided elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

from pipelines.i3d.catalogue import account as shapes
from pipelines.i3d.operation import Operation
from pipelines.simulator import lists
from pipelines.simulator.draft import draft, secret
from pipelines.simulator.faults import fail
from pipelines.simulator.reads import READS
from pipelines.simulator.request import Refusal, Request, Response
from pipelines.simulator.routes import match
from pipelines.simulator.telemetry import SERIES, answer_series
from pipelines.simulator.writes import WRITES

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]
PUBLIC = frozenset({"/v3/health"})
LOOPBACK = "127.0.0.1"


def handle(world: World, request: Request) -> Response:
    """Answers any call, failures included; the world changes as the call says."""
    fault = world.switches.strike(request.method, request.path)
    if fault and not fault.committed:
        return fail(fault.kind)
    try:
        response = route(world, request)
    except Refusal as refusal:
        response = refusal.response()
    return fail(fault.kind) if fault else response


def route(world: World, request: Request) -> Response:
    """Answers a call that no fault hit; raises Refusal."""
    key = None if request.path in PUBLIC else authorise(world, request)
    found = match(request.method, request.path)
    if found is None:
        raise Refusal(404, 10404, "Unknown path")
    logged = record(world, request, key)
    try:
        response = dispatch(world, request, *found)
    except Refusal as refusal:
        response = refusal.response()
    complete(logged, request, response)
    return response


def authorise(world: World, request: Request) -> Row | None:
    """The key of the call, counted as used once more; raises Refusal 401 or 403."""
    token = request.headers.get("private-token", "")
    keys = world.tables["api_keys"]
    key = next((row for row in keys if token and token in (row["key"], row.get("@token"))), None)
    if key is None and token != world.token:
        raise Refusal(world.switches.bad_key_status, 10401, "Invalid credentials")
    if any(request.path.startswith(prefix) for prefix in world.switches.denied):
        raise Refusal(403, 10403, "Access denied")
    if key is not None:
        key["used"] += 1
    return key


def dispatch(world: World, request: Request, operation: Operation, parameters: dict[str, str]) -> Response:
    """Answers by the operation's own handler, or by the rule for its kind."""
    special = WRITES.get(operation.name) or READS.get(operation.name)
    if special:
        return special(world, request, parameters)
    if operation.table in SERIES:
        return answer_series(world, request, operation, parameters)
    return lists.read(world, request, operation, parameters)


def record(world: World, request: Request, key: Row | None) -> Row:
    """Puts the call into the log of the account, secrets and all, as the real log is believed to do."""
    number = len(world.tables["api_log"])
    sent = draft(
        shapes.API_REQUEST, number, url=request.path, method=request.method, queryParameter=urlencode(request.query),
        ipAddress=LOOPBACK, requestTimestamp=world.clock.stamp(),
    )  # fmt: skip
    sent |= {"header": {**request.headers, "cookie": secret("header", number)}, "body": readable(request.body)}
    # The clock may stand still: the time tells calls apart that are otherwise the same.
    received = draft(shapes.API_RESPONSE, number, responseTime=round(0.01 + number / 1e6, 6), code=200)
    row = {"request": sent, "response": received | {"body": None}}
    world.tables["api_log"].append(row)
    return row


def complete(row: Row, request: Request, response: Response) -> None:
    """Notes how a logged call ended."""
    row["response"]["code"] = response.status
    if request.method != "GET":
        row["response"]["body"] = readable(response.body)


def readable(body: bytes) -> Any:
    """A body as the log shows it: JSON or nothing."""
    try:
        parsed = orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        return None
    return parsed if isinstance(parsed, dict | list) else None
