"""RANGED-DATA and PAGE-TOKEN: which part of a list a call gets. Knows nothing of what the rows mean."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import orjson

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.operation import Operation
from pipelines.simulator.request import Refusal, Request

if TYPE_CHECKING:
    from pipelines.simulator.world import World

Row = dict[str, Any]
DEFAULT_RESULTS = 25
CURSOR_TABLE = "dedicated_servers"
NEEDS_HEADER = frozenset({"colocations", "colocation_power_current", "colocation_pdu_power"})
BAD_REQUEST, GONE = 400, 410


@dataclass(frozen=True, slots=True)
class Range:
    """The rows `start` to `start + results` of a list."""

    start: int = 0
    results: int = DEFAULT_RESULTS


def cut(world: World, request: Request, operation: Operation, rows: list[Row]) -> tuple[list[Row] | None, dict[str, str]]:
    """The rows of the asked page (None where the API answers `null`) and the headers that go with it; raises Refusal."""
    if not operation.paged:
        return rows, {}
    with_token = operation.table == CURSOR_TABLE and world.switches.page_token
    token = request.headers.get("page-token") if with_token else None
    asked = open_token(world, token) if token else read_range(world, request, operation)
    if asked.start and asked.start >= len(rows):
        return past_end(world), {}
    page = rows[asked.start : asked.start + asked.results]
    following = Range(asked.start + len(page), asked.results)
    headers = seal_token(world, following, labels_of(request)) if with_token and following.start < len(rows) else {}
    if asked.start == 0 and operation.table:
        disturb(world, operation.table)
    return page, headers


def read_range(world: World, request: Request, operation: Operation) -> Range:
    """What RANGED-DATA asks for, or the documented default; raises Refusal 400."""
    header = request.headers.get("ranged-data", "")
    if operation.path in world.switches.ignore_paging:
        return Range()
    if not header and world.switches.missing_header == "400" and operation.table in NEEDS_HEADER:
        raise Refusal(BAD_REQUEST, 10003, "The RANGED-DATA header is missing")
    found = dict(re.findall(r"(start|results)\s*=\s*(\d+)", header))
    if header and not found:
        raise Refusal(BAD_REQUEST, 10003, "The RANGED-DATA header is malformed")
    results = int(found.get("results", DEFAULT_RESULTS))
    return Range(int(found.get("start", 0)), min(results, world.switches.page_cap or results))


def past_end(world: World) -> list[Row] | None:
    """What lies behind the last row; raises Refusal where the switch says so."""
    kind = world.switches.past_end
    if kind in ("404", "416"):
        raise Refusal(int(kind), 10004, "No rows in this range")
    return None if kind == "null" else []


def seal_token(world: World, following: Range, labels: str) -> dict[str, str]:
    """The headers that lead to the next page."""
    expires = world.clock.stamp() + world.switches.page_token_seconds
    place = {"start": following.start, "results": following.results, "expires": expires}
    body = {"conditions": {"userId": 770001}, "labels": labels, **place}
    moment = datetime.fromtimestamp(expires, UTC)
    return {"PAGE-TOKEN": b64encode(orjson.dumps(body)).decode(), "Expires": format_datetime(moment, usegmt=True)}


def open_token(world: World, token: str) -> Range:
    """The page that a token stands for; raises Refusal 400 when it is malformed, 410 when it has expired."""
    try:
        body = unseal(token)
        asked, expires = Range(int(body["start"]), int(body["results"])), int(body["expires"])
    except (ValueError, KeyError, TypeError):
        raise Refusal(BAD_REQUEST, 10005, "The page token is malformed") from None
    if world.clock.stamp() >= expires:
        raise Refusal(GONE, 10006, "The page token has expired")
    return asked


def unseal(token: str) -> Any:
    """What a token holds; raises ValueError when it is malformed."""
    return orjson.loads(b64decode(token, validate=True))


def labels_of(request: Request) -> str:
    """The labels that a list is filtered by: with a token those of the first call stay in force."""
    token = request.headers.get("page-token")
    try:
        return str(unseal(token)["labels"]) if token else request.query.get("labels", "")
    except (ValueError, KeyError, TypeError):
        return ""


def disturb(world: World, table: str) -> None:
    """Moves the offsets of a list: a new row in front, or the first row gone."""
    switches, stored, listed = world.switches, world.tables[table], world.stored(table)
    if table in switches.insert_between_pages and listed:
        line, first = BY_TABLE[table], listed[0]
        told = {name: type(first[name])(world.next_id(table)) for name in line.key[-1:] if name in first}
        told |= {name: world.clock.stamp() for name in (line.newest,) if name in first}
        stored.insert(len(stored) if line.newest else 0, first | told)
    if table in switches.delete_between_pages and listed:
        stored[:] = [row for row in stored if row is not listed[0]]
