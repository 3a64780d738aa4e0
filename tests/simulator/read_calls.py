"""How the tests of the reads ask the simulator, without HTTP. No test is in here."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson

from pipelines.i3d.catalogue import OPERATIONS
from pipelines.i3d.operation import Operation
from pipelines.simulator.handler import handle
from pipelines.simulator.parents import combinations
from pipelines.simulator.request import Request, Response
from pipelines.simulator.world import World

READS = [operation for operation in OPERATIONS if operation.kind != "write"]
HEADERS = {"private-token": "demo-token"}


@cache
def small() -> World:
    """One world for all tests that only read rows by shape."""
    return World()


def ask(world: World, path: str, headers: dict[str, str] | None = None, **query: Any) -> Response:
    texts = {name: str(value) for name, value in query.items()}
    return handle(world, Request("GET", path, texts, HEADERS | (headers or {})))


def read(world: World, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
    response = ask(world, path, headers, **query)
    assert response.status == 200, response.body
    return orjson.loads(response.body)


def page(start: int, results: int) -> dict[str, str]:
    return {"ranged-data": f"start={start},results={results}"}


def parameters_of(world: World, operation: Operation) -> dict[str, str]:
    """Path parameters that exist, for operations that are loaded and for those asked on demand."""
    if operation.each:
        return next(combinations(world, operation))
    if operation.name == "get_flexmetal_root_password":
        row = next(row for row in world.tables["flexmetal_servers"] if row["os"]["slug"].startswith("windows"))
        row["deliveredAt"] = world.clock.stamp() - 3600
        return {"uuid": row["uuid"]}
    if operation.name == "get_api_log_by_method":
        return {"requestType": "post"}
    if operation.name == "get_invoice_by_number":
        return {"invoiceNumber": world.tables["invoices"][0]["invoiceNumber"]}
    if operation.parameters:
        return detail_parameters(world, operation)
    return {}


def detail_parameters(world: World, operation: Operation) -> dict[str, str]:
    row = world.rows(operation.rereads)[0]
    *parents, last = operation.parameters
    key = next(line for line in READS if line.table == operation.rereads).key[-1]
    return {**{name: str(row["@" + name]) for name in parents}, last: str(row[key])}
