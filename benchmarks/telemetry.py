"""How fast telemetry loads: ours, dlt's own rest_api source doing the same work, and the floor below which nobody gets.

`uv run python benchmarks/telemetry.py` prints rows per second, peak memory and the ratios, all from one run on loopback.
Every contestant is a process of its own with the same requests, concurrency, file format and merge; the answers are encoded
before the clock starts, and the server's share of the floor is printed, for a slow server would flatter the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson

START, DAY, STEP, CONCURRENCY = 1_793_491_200, 86_400, 300, 8  # 2026-11-01
POWER, TRAFFIC = "/v3/telemetry/pdu/{}", "/v3/colocation/{}/network/usage/1/raw"


def windows(entities: int, days: int) -> list[tuple[str, int]]:
    """Every path and day: half of the entities are PDUs, half uplinks."""
    paths = [POWER.format(one) for one in range(entities // 2)] + [TRAFFIC.format(one) for one in range(entities // 2)]
    return [(path, START + day * DAY) for path in paths for day in range(days)]


def encode(path: str, start: int) -> bytes:
    """One day of samples of one path, as the API would send it."""
    stamps = range(start, start + DAY, STEP)
    if path.startswith("/v3/telemetry"):
        data: list[dict[str, Any]] = [
            {"timestamp": at, "amps": 4.2, "volts": 230.1, "kwh": 0.08, "powerMeter": at // 3600} for at in stamps
        ]
        return orjson.dumps([{"unit": None, "data": data}])
    data = [{"timestamp": at, "ingress": str(at * 3), "egress": str(at * 5), "sum": str(at * 8)} for at in stamps]
    return orjson.dumps([{"unit": "day", "data": data}])


def inventory(entities: int) -> dict[str, list[Any]]:
    """The lists that lead to the series: racks, each with one uplink and one PDU."""
    racks = [{"id": one, "uplinks": [{"uplinkId": 1, "aggregate": False}]} for one in range(entities // 2)]
    return {"/v3/colocation": racks} | {f"/v3/colocation/{one}/pdu": [{"id": one}] for one in range(entities // 2)}


def page(rows: list[Any], header: bytes) -> bytes:
    """The part of a list that `start=<n>,results=<n>` asks for."""
    start, results = (int(part.split(b"=")[1]) for part in (header or b"start=0,results=100000").split(b","))
    return orjson.dumps(rows[start : start + results])


def serve(port: int, entities: int, days: int, latency: float) -> None:
    """Answers from memory; `/cpu` tells the seconds of processor time spent so far."""
    import uvicorn

    lists = inventory(entities)
    answers = {key: encode(*key) for key in windows(entities, days)}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        query = dict(pair.split("=") for pair in scope["query_string"].decode().split("&") if pair)
        # One sample of overlap before the day still means that day.
        day = (int(query.get("startTime", 0)) + STEP) // DAY * DAY
        body = answers.get((scope["path"], day), b"[]")
        if scope["path"] in lists:
            body = page(lists[scope["path"]], dict(scope["headers"]).get(b"ranged-data", b""))
        elif scope["path"] == "/cpu":
            body = orjson.dumps(time.process_time())
        if latency:
            await asyncio.sleep(latency)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    uvicorn.run(application, port=port, log_level="critical", lifespan="off", http="httptools", access_log=False)


def ours(url: str, entities: int, days: int, folder: str) -> int:
    """`i3d load -s pdu_power -s uplink_traffic` over the same days."""
    from datetime import UTC, datetime

    from pydantic import SecretStr

    from pipelines.i3d.client import Client
    from pipelines.i3d.load import Request, load
    from pipelines.i3d.selection import select
    from pipelines.settings import read_settings
    from pipelines.warehouse import Warehouse

    now = datetime.fromtimestamp(START + days * DAY, UTC)
    settings = read_settings(
        base_url=url, api_token=SecretStr("benchmark"), warehouse=Path(folder) / "w.duckdb", history_days=days,
        concurrency=CONCURRENCY,
    )  # fmt: skip
    with Client(settings) as client:
        report = load(client, Warehouse.of(settings), Request(select(("pdu_power", "uplink_traffic")), now))
    assert not report.failed, report.tables
    return sum(int(row["row_count"]) for row in report.tables)


def rest_api(url: str, entities: int, days: int, folder: str) -> int:
    """dlt's declarative source, tuned: parallel children, parquet, merge on the key."""
    import dlt
    import duckdb
    from dlt.sources.rest_api import rest_api_source

    os.environ |= {"EXTRACT__WORKERS": str(CONCURRENCY), "EXTRACT__MAX_PARALLEL_ITEMS": str(CONCURRENCY * 4)}
    jobs = [{"path": path[1:], "start": start, "end": start + DAY} for path, start in windows(entities, days)]

    def child(name: str, prefix: str) -> dict[str, Any]:
        # Pages of one window each: dlt hands a page to one worker.
        pages = [[job] for job in jobs if str(job["path"]).startswith(prefix)]
        parent = dlt.resource(pages, name=f"{name}_windows", selected=False)
        at = f"{{resources.{name}_windows."
        endpoint = {
            "path": at + "path}", "params": {"startTime": at + "start}", "endTime": at + "end}"},
            "data_selector": "$[0].data", "paginator": "single_page",
        }  # fmt: skip
        made = {
            "name": name, "endpoint": endpoint, "include_from_parent": ["path"], "parallelized": True,
            "primary_key": [f"_{name}_windows_path", "timestamp"], "write_disposition": "merge",
        }  # fmt: skip
        return {"parent": parent, "child": made}

    made = [child("pdu_power", "v3/telemetry"), child("uplink_traffic", "v3/colocation")]
    config: Any = {"client": {"base_url": url}, "resources": [one[kind] for one in made for kind in ("parent", "child")]}
    target = dlt.destinations.duckdb(f"{folder}/w.duckdb")
    pipeline = dlt.pipeline("rest_api", destination=target, dataset_name="raw", pipelines_dir=folder)
    pipeline.run(rest_api_source(config), loader_file_format="parquet")
    with duckdb.connect(f"{folder}/w.duckdb") as connection:
        count = "select (select count(*) from raw.pdu_power) + (select count(*) from raw.uplink_traffic)"
        return int((connection.execute(count).fetchone() or (0,))[0])


def floor(url: str, entities: int, days: int, folder: str) -> int:
    """The same bytes over httpx, and DuckDB's own JSON reader on them: no types, no merge, no bookkeeping."""
    import duckdb
    import httpx

    path = Path(folder) / "answers.json"
    with httpx.Client(base_url=url, limits=httpx.Limits(max_connections=CONCURRENCY)) as client, path.open("wb") as file:

        def fetch(job: tuple[str, int]) -> bytes:
            return client.get(job[0], params={"startTime": job[1], "endTime": job[1] + DAY}).content

        with ThreadPoolExecutor(CONCURRENCY) as pool:
            for body in pool.map(fetch, windows(entities, days)):
                file.write(body[1:-1] + b"\n")  # the one envelope in the list
    with duckdb.connect(f"{folder}/w.duckdb") as connection:
        source = f"read_json('{path}', columns = {{unit: 'varchar', data: 'json[]'}}, format = 'newline_delimited')"
        connection.execute(f"create table samples as select unit, unnest(data) as sample from {source}")  # noqa: S608
        return int((connection.execute("select count(*) from samples").fetchone() or (0,))[0])


CONTESTANTS = {"ours": ours, "rest_api": rest_api, "floor": floor}


def contest(name: str, url: str, entities: int, days: int) -> None:
    """Runs one contestant in this process and prints what it measured as JSON; imports are not counted."""
    import duckdb  # noqa: F401
    import httpx

    import pipelines.i3d.load  # noqa: F401

    before = httpx.get(url + "/cpu").json()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        rows = CONTESTANTS[name](url, entities, days, folder)
        seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    served = httpx.get(url + "/cpu").json() - before
    sys.stdout.write(json.dumps({"rows": rows, "seconds": seconds, "peak_mb": peak, "server_seconds": served}) + "\n")


def main() -> None:
    """One server, three contestants, one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2_000_000)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds added to every answer")
    parser.add_argument("--only", nargs="*", default=list(CONTESTANTS), choices=list(CONTESTANTS))
    parser.add_argument("--contest", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.contest:
        contest(given.contest[0], given.contest[1], int(given.contest[2]), int(given.contest[3]))
        return
    days = 30
    entities = max(2, given.samples // (days * DAY // STEP) // 2 * 2)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = multiprocessing.Process(target=serve, args=(port, entities, days, given.latency), daemon=True)
    server.start()
    wait_for(port)
    found = {name: measure(name, f"http://127.0.0.1:{port}", entities, days) for name in given.only}
    server.terminate()
    show(found)


def wait_for(port: int) -> None:
    """Until the server has encoded its answers; a minute at most."""
    for _ in range(600):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def measure(name: str, url: str, entities: int, days: int) -> dict[str, float]:
    """One contestant in a fresh process."""
    command = [sys.executable, __file__, "--contest", name, url, str(entities), str(days)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def show(found: dict[str, dict[str, float]]) -> None:
    """Rows per second, peak memory, the server's share, and the ratios."""
    from pipelines.screen import show_rows

    lines = [
        (name, int(one["rows"]), f"{one['seconds']:.1f}", int(one["rows"] / one["seconds"]), int(one["peak_mb"]),
         f"{one['server_seconds'] / one['seconds']:.2f}")
        for name, one in found.items()
    ]  # fmt: skip
    show_rows(["contestant", "rows", "seconds", "rows/s", "peak MB", "server's share"], lines)
    if {"ours", "rest_api", "floor"} <= found.keys():
        mine = found["ours"]["seconds"]
        faster, slower = found["rest_api"]["seconds"] / mine, mine / found["floor"]["seconds"]
        sys.stdout.write(f"ours is {faster:.1f} times as fast as rest_api and takes {slower:.2f} times the floor\n")


if __name__ == "__main__":
    main()
