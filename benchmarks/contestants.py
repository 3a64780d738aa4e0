"""Who competes: our load, dlt's own rest_api source doing the same work, and the floor below which nobody gets.

`measure` runs one of them in a fresh process; what a process does once (imports, the first start of dlt) is not counted.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server import CONCURRENCY, DAY, START, windows


@dataclass(frozen=True, slots=True)
class Job:
    """What to load: `days` days of every entity, in windows of `window_days`, into `folder` (a new one where empty)."""

    name: str
    url: str
    entities: int
    days: int
    window_days: int
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """Rows in the tables afterwards, wall and processor seconds, peak memory in MB, the server's processor seconds."""

    rows: int
    seconds: float
    cpu: float
    peak: float
    server: float
    requests: int


def ours(job: Job) -> tuple[int, int]:
    """`i3d load -s pdu_power -s uplink_traffic` over the same days; the rows and the requests."""
    from pydantic import SecretStr

    from pipelines.i3d.client import Client
    from pipelines.i3d.load import Request, load
    from pipelines.i3d.selection import select
    from pipelines.settings import read_settings
    from pipelines.warehouse import Warehouse

    now = datetime.fromtimestamp(START + job.days * DAY, UTC)
    settings = read_settings(
        base_url=job.url, api_token=SecretStr("benchmark"), warehouse=Path(job.folder) / "w.duckdb", history_days=job.days,
        concurrency=CONCURRENCY, window_days=job.window_days,
    )  # fmt: skip
    with Client(settings) as client:
        report = load(client, Warehouse.of(settings), Request(select(("pdu_power", "uplink_traffic")), now))
    assert not report.failed, report.tables
    return sum(int(row["row_count"]) for row in report.tables), report.requests


def rest_api(job: Job) -> tuple[int, int]:
    """dlt's declarative source, tuned: parallel children, parquet, merge on the key."""
    import dlt
    import duckdb
    from dlt.sources.rest_api import rest_api_source

    os.environ |= {"EXTRACT__WORKERS": str(CONCURRENCY), "EXTRACT__MAX_PARALLEL_ITEMS": str(CONCURRENCY * 4)}
    wanted = windows(job.entities, job.days, job.window_days)
    asked = [{"path": path[1:], "start": start, "end": end} for path, start, end in wanted]

    def child(name: str, prefix: str) -> dict[str, Any]:
        # Pages of one window each: dlt hands a page to one worker.
        pages = [[one] for one in asked if str(one["path"]).startswith(prefix)]
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
    config: Any = {"client": {"base_url": job.url}, "resources": [one[kind] for one in made for kind in ("parent", "child")]}
    target = dlt.destinations.duckdb(f"{job.folder}/w.duckdb")
    pipeline = dlt.pipeline("rest_api", destination=target, dataset_name="raw", pipelines_dir=job.folder)
    pipeline.run(rest_api_source(config), loader_file_format="parquet")
    with duckdb.connect(f"{job.folder}/w.duckdb") as connection:
        count = "select (select count(*) from raw.pdu_power) + (select count(*) from raw.uplink_traffic)"
        return int((connection.execute(count).fetchone() or (0,))[0]), len(wanted)


def floor(job: Job) -> tuple[int, int]:
    """The same bytes over httpx, and DuckDB's own JSON reader on them: no types, no merge, no bookkeeping."""
    import duckdb
    import httpx

    wanted, path = windows(job.entities, job.days, job.window_days), Path(job.folder) / "answers.json"
    with httpx.Client(base_url=job.url, limits=httpx.Limits(max_connections=CONCURRENCY)) as client, path.open("wb") as file:

        def fetch(one: tuple[str, int, int]) -> bytes:
            return client.get(one[0], params={"startTime": one[1], "endTime": one[2]}).content

        with ThreadPoolExecutor(CONCURRENCY) as pool:
            for body in pool.map(fetch, wanted):
                file.write(body[1:-1] + b"\n")  # the one envelope in the list
    with duckdb.connect(f"{job.folder}/w.duckdb") as connection:
        source = f"read_json('{path}', columns = {{unit: 'varchar', data: 'json[]'}}, format = 'newline_delimited')"
        connection.execute(f"create table samples as select unit, unnest(data) as sample from {source}")  # noqa: S608
        return int((connection.execute("select count(*) from samples").fetchone() or (0,))[0]), len(wanted)


NEEDS = {"ours": "pipelines.i3d.load", "rest_api": "dlt.sources.rest_api", "floor": "httpx"}
CONTESTANTS = {"ours": ours, "rest_api": rest_api, "floor": floor}


def run(job: Job) -> Result:
    """One contestant in this process."""
    import httpx

    warm_up()
    importlib.import_module(NEEDS[job.name])
    before = httpx.get(job.url + "/cpu").json()
    wall, cpu = time.perf_counter(), time.process_time()
    rows, requests = CONTESTANTS[job.name](job)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Result(rows, wall, cpu, peak, httpx.get(job.url + "/cpu").json() - before, requests)


def warm_up() -> None:
    """What a process does once, whatever it loads: imports, dlt's plugins, the first question to DuckDB."""
    import dlt
    import duckdb
    import pyarrow as pa

    duckdb.execute("select ?", [1]).fetchall()
    with tempfile.TemporaryDirectory() as folder:
        target = dlt.destinations.duckdb(f"{folder}/w.duckdb")
        pipeline = dlt.pipeline("warm_up", destination=target, dataset_name="raw", pipelines_dir=folder)
        pipeline.run(pa.table({"one": [1]}), table_name="one", loader_file_format="parquet")


def measure(job: Job) -> Result:
    """One contestant in a fresh process and, unless the job names one, a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        given = asdict(job) | {"folder": job.folder or folder}
        command = [sys.executable, __file__, json.dumps(given)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return Result(**json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(run(Job(**json.loads(sys.argv[1]))))) + "\n")
