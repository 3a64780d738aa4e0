"""What the SQL models cost: seconds of each model beside the same statement in plain DuckDB, peak memory, and one more day.

`uv run python benchmarks/models.py` writes ten million samples of racks with two feeds and one uplink each into a scratch
warehouse, builds it, adds a day and builds again. The floor are two plain queries on the raw samples: the 95th percentile
of each uplink and month, the kWh of each meter and day, without any of the rules that make them defensible.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import orjson

from pipelines.build import build
from pipelines.i3d.catalogue import OPERATIONS
from pipelines.i3d.columns import OWN_TABLES, ddl, tables
from pipelines.screen import show_rows
from pipelines.warehouse import RAW, Warehouse

DAYS, STEP, SHOWN = 180, 300, 0.05
FIRST = "timestamptz '2026-05-01 00:00:00+00'"
SEEN = f"{FIRST} as first_seen_at, {FIRST} + to_days(days) as last_seen_at, false as is_deleted"
INVENTORY = {
    "currencies": "select '0' as id, 'Euro' as name, 2 as decimals, '1' as conversion_rate_to_euro",
    "colocations": f"""
        select rack::varchar as id, 'rack ' || rack as name, '0' as currency_id, '50000' as price_per_month,
            '24.5' as power_kwh_price, '32' as power_max_ampere, '100' as price_per_tb_overuse, 3 as bandwidth_billing_type,
            100 as bandwidth_contractual, '2026-01-01' as date_start, '2027-01-01' as date_end_contract,
            [{{'uplinkId': rack, 'aggregate': false}}]::json as uplinks, {SEEN} from racks""",
    "pdus": f"""
        select rack::varchar as colocation_id, feed::varchar as id, 16 as amperage, 230 as voltage, {SEEN}
        from racks, feeds where feed // 2 = rack""",
}  # fmt: skip
SAMPLES = {
    "pdu_power": """
        select feed::varchar as pdu_id, stamp as timestamp, 4.2 + (stamp // 300 % 7) / 10 as amps, 230.1 as volts, 0.08 as kwh,
            (stamp - 1700000000) // 3600 as power_meter, make_timestamptz(stamp // 86400 * 86400 * 1000000) as window_start
        from feeds, stamps""",
    "uplink_traffic": """
        select rack::varchar as colocation_id, rack::varchar as uplink_id, 'day' as unit, stamp as timestamp,
            (stamp % 977 * 4000000)::varchar as ingress, (stamp % 991 * 5000000)::varchar as egress,
            (stamp % 977 * 4000000 + stamp % 991 * 5000000)::varchar as sum,
            make_timestamptz(stamp // 86400 * 86400 * 1000000) as window_start
        from racks, stamps""",
}  # fmt: skip
ENTITIES = {"pdu_power": "pdu_id", "uplink_traffic": "colocation_id || '/' || uplink_id"}
FLOOR = {
    "p95": f"""
        select colocation_id, date_trunc('month', make_timestamp(timestamp * 1000000)) as month,
            quantile_disc(greatest(ingress::bigint, egress::bigint) * 8 // 300, 0.95) from {RAW}.uplink_traffic group by all""",
    "kwh": f"""
        select pdu_id, timestamp // 86400 as day, max(power_meter) - min(power_meter) from {RAW}.pdu_power group by all""",
}  # fmt: skip


def fill(path: Path, racks: int, days: int) -> None:
    """Every raw table, with this many racks and days of samples."""
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"set TimeZone = 'UTC'; create schema {RAW}")
        made = {name: columns for name, (_, columns) in OWN_TABLES.items()}
        for operation in OPERATIONS:
            made |= tables(operation) if operation.table else {}
        for table, columns in made.items():
            connection.execute(ddl(RAW, table, columns, dlt=False))
        for table, sql in INVENTORY.items():
            insert(connection, table, sql, racks, 0, days)
        add_days(connection, racks, 0, days)


def add_days(connection: duckdb.DuckDBPyConnection, racks: int, first: int, last: int) -> None:
    """Samples of the days [first, last), their rows in the ledger, and a load that read them."""
    for table, sql in SAMPLES.items():
        insert(connection, table, sql, racks, first, last)
        ledger = f"""
            select '{table}' as table_name, {ENTITIES[table]} as entity, window_start::date as day,
                {FIRST} + to_days({last}) as asked_at, 1 as asks, count(*) as row_count, min(timestamp) as first_stamp,
                max(timestamp) as last_stamp, 0 as missing_count, md5(window_start::varchar) as digest, 'open' as state
            from {RAW}.{table} where window_start >= {FIRST} + to_days({first}) group by all"""
        insert(connection, "load_windows", ledger, racks, first, last)
    loads = f"""
        select 'run {last}' as run_id, unnest(['colocations', 'pdus', 'pdu_power', 'uplink_traffic']) as table_name,
            {FIRST} + to_days({last}) as as_of, {FIRST} + to_days({last}) as finished_at, 'loaded' as status"""
    insert(connection, "load_log", loads, racks, first, last)


def insert(connection: duckdb.DuckDBPyConnection, table: str, sql: str, racks: int, first: int, last: int) -> None:
    """The rows of a query over the racks, their feeds and the stamps of some days."""
    begin = f"epoch({FIRST})::bigint"
    sources = f"""
        racks as (select unnest(range({racks})) as rack, {last} as days),
        feeds as (select unnest(range({2 * racks})) as feed),
        stamps as (select unnest(range({begin} + {first * 86_400}, {begin} + {last * 86_400}, {STEP})) as stamp)"""
    connection.execute(f"insert into {RAW}.{table} by name with {sources} select * from ({sql})")


def timed_build(warehouse: Warehouse) -> tuple[float, dict[str, float]]:
    """Seconds of a whole build, and of each model."""
    begun = time.perf_counter()
    result = build(warehouse)
    assert not result.failed, result.failed
    seconds = time.perf_counter() - begun
    nodes = orjson.loads((warehouse.dbt / "target" / "run_results.json").read_bytes())["results"]
    kinds = [node["unique_id"].split(".") for node in nodes]
    return seconds, {kind[2]: node["execution_time"] for kind, node in zip(kinds, nodes, strict=True) if kind[0] == "model"}


def plain(warehouse: Warehouse, models: dict[str, float]) -> dict[str, float]:
    """Seconds of the compiled statement of each table, as one statement in DuckDB and nothing else."""
    found: dict[str, float] = {}
    compiled = {path.stem: path for path in (warehouse.dbt / "target" / "compiled").rglob("*.sql")}
    with warehouse.connect() as connection:
        listed = connection.execute("select table_name, table_type, table_schema from information_schema.tables").fetchall()
        kinds, schemas = {name: kind for name, kind, _ in listed}, {name: schema for name, _, schema in listed}
        for name in models:
            if kinds.get(name) == "BASE TABLE" and name in compiled:
                seconds = clock(connection, compiled[name].read_text(encoding="utf-8"))
                # An incremental statement finds nothing left to do: that is no time to compare with.
                if rows_of(connection, "temp.benchmark") == rows_of(connection, f"{schemas[name]}.{name}"):
                    found[name] = seconds
        for name, sql in FLOOR.items():
            found[f"floor: {name}"] = clock(connection, sql)
    return found


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table has."""
    return int((connection.execute(f"select count(*) from {table}").fetchone() or (0,))[0])


def clock(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    """Seconds of a statement whose result is kept in a table."""
    begun = time.perf_counter()
    connection.execute(f"create or replace temp table benchmark as {sql}")
    return time.perf_counter() - begun


def main() -> None:
    """Fills, builds, measures, adds a day, builds again; prints one table and three sentences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10_000_000)
    parser.add_argument("--memory-limit", default="1GB", help="of DuckDB, in dbt and in the plain queries")
    given = parser.parse_args()
    racks = max(1, given.samples // (3 * DAYS * 86_400 // STEP))
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder) / "w.duckdb", given.memory_limit)
        fill(warehouse.private, racks, DAYS)
        seconds, models = timed_build(warehouse)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        show(models, plain(warehouse, models))
        with warehouse.connect() as connection:
            add_days(connection, racks, DAYS, DAYS + 1)
        again, later = timed_build(warehouse)
    moved = sum(later.values()) / sum(models.values())
    samples = racks * 3 * DAYS * 86_400 // STEP
    sys.stdout.write(f"{samples:,} samples of {racks} racks: {seconds:.1f} s, peak memory {peak:,.0f} MB\n")
    sys.stdout.write(f"one more day: {again:.1f} s, its models {moved:.2f} times those of the first build\n")


def show(models: dict[str, float], alone: dict[str, float]) -> None:
    """One row for each table that takes time: seconds in dbt, seconds in plain DuckDB, the ratio."""
    rows: list[tuple[Any, ...]] = []
    for name in sorted({*models, *alone}, key=lambda name: -max(models.get(name, 0), alone.get(name, 0))):
        mine, plainly = models.get(name), alone.get(name)
        ratio = f"{mine / plainly:.1f}" if mine and plainly else ""
        if max(mine or 0, plainly or 0) >= SHOWN:
            rows.append((name, "" if mine is None else f"{mine:.2f}", "" if plainly is None else f"{plainly:.2f}", ratio))
    show_rows(["table", "seconds in dbt", "seconds in DuckDB", "ratio"], rows)


if __name__ == "__main__":
    main()
