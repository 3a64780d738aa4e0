"""The API of the benchmark: answers from memory, encoded before any clock starts. Half of the entities are PDUs."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

START, DAY, STEP, CONCURRENCY = 1_793_491_200, 86_400, 300, 8  # 2026-11-01
POWER, TRAFFIC = "/v3/telemetry/pdu/{}", "/v3/colocation/{}/network/usage/1/raw"


def windows(entities: int, days: int, window_days: int) -> list[tuple[str, int, int]]:
    """Every path with the windows that cover its days, in unix seconds."""
    paths = [POWER.format(one) for one in range(entities // 2)] + [TRAFFIC.format(one) for one in range(entities // 2)]
    starts = range(0, days, window_days)
    return [(path, START + day * DAY, START + min(day + window_days, days) * DAY) for path in paths for day in starts]


def encode(path: str, start: int) -> bytes:
    """The samples of one day of one path, without the brackets around them."""
    stamps = range(start, start + DAY, STEP)
    data: list[dict[str, Any]]
    if path.startswith("/v3/telemetry"):
        data = [{"timestamp": at, "amps": 4.2, "volts": 230.1, "kwh": 0.08, "powerMeter": at // 3600} for at in stamps]
    else:
        data = [{"timestamp": at, "ingress": str(at * 3), "egress": str(at * 5), "sum": str(at * 8)} for at in stamps]
    return orjson.dumps(data)[1:-1]


def inventory(entities: int) -> dict[str, list[Any]]:
    """The lists that lead to the series: racks, each with one uplink and one PDU."""
    racks = [{"id": one, "uplinks": [{"uplinkId": 1, "aggregate": False}]} for one in range(entities // 2)]
    return {"/v3/colocation": racks} | {f"/v3/colocation/{one}/pdu": [{"id": one}] for one in range(entities // 2)}


def page(rows: list[Any], header: bytes) -> bytes:
    """The part of a list that `start=<n>,results=<n>` asks for."""
    start, results = (int(part.split(b"=")[1]) for part in (header or b"start=0,results=100000").split(b","))
    return orjson.dumps(rows[start : start + results])


def serve(port: int, entities: int, days: int, latency: float) -> None:
    """Answers until it is ended; `/cpu` tells the seconds of processor time spent so far."""
    import uvicorn

    lists = inventory(entities)
    samples = {(path, start): encode(path, start) for path, start, _ in windows(entities, days, 1)}

    def body(path: str, query: dict[str, str], header: bytes) -> bytes:
        if path in lists:
            return page(lists[path], header)
        if path == "/cpu":
            return orjson.dumps(time.process_time())
        # One sample of overlap before a day still means that day.
        first = (int(query.get("startTime", 0)) + STEP) // DAY * DAY
        found = [samples[path, day] for day in range(first, int(query.get("endTime", 0)), DAY) if (path, day) in samples]
        unit = b"null" if path.startswith("/v3/telemetry") else b'"day"'
        return b'[{"unit":' + unit + b',"data":[' + b",".join(found) + b"]}]"

    async def application(scope: Any, receive: Any, send: Any) -> None:
        query = dict(pair.split("=") for pair in scope["query_string"].decode().split("&") if pair)
        content = body(scope["path"], query, dict(scope["headers"]).get(b"ranged-data", b""))
        if latency:
            await asyncio.sleep(latency)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    uvicorn.run(application, port=port, log_level="critical", lifespan="off", http="httptools", access_log=False)


@contextmanager
def served(entities: int, days: int, latency: float = 0.0) -> Iterator[str]:
    """The address of a server in a process of its own, ready to answer."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = multiprocessing.Process(target=serve, args=(port, entities, days, latency), daemon=True)
    process.start()
    try:
        for _ in range(1200):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join()
