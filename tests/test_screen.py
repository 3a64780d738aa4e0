"""The progress line knows what is to come, so that it can say how long it takes. Everything else is seen in test_cli.py."""

from __future__ import annotations

from typing import Any

from rich.progress import Progress

from pipelines.i3d.catalogue import BY_TABLE
from pipelines.i3d.client import Client
from pipelines.i3d.fetch import Job, Part
from pipelines.i3d.load import Request, load
from pipelines.i3d.selection import select
from pipelines.screen import Ticker


def test_a_ticker_counts_what_came_beside_what_is_to_come() -> None:
    progress = Progress(disable=True)
    ticker = Ticker(progress, "loading")
    ticker.expect(2)
    ticker.expect(1)
    samples = b'[{"data":[{"timestamp":1},{"timestamp":2}]}]'
    part = Part(Job(BY_TABLE["pdu_power"], {"pduId": "7"}, {}), samples=samples, requests=4)
    ticker(part)
    [task] = progress.tasks
    assert (task.completed, task.total) == (1, 3)
    assert (ticker.requests, ticker.rows) == (4, 2)
    assert "pdu_power" in task.fields["said"]


def test_a_load_announces_everything_that_it_reads(account: Any) -> None:
    mine = account(history_days=2, window_days=1)
    planned, came = [], []
    with Client(mine.settings) as client:
        request = Request(select(("pdu_power", "colocations", "flexmetal_usage")), mine.world.clock.now())
        load(client, mine.warehouse, request, came.append, planned.append)
    assert sum(planned) == len(came) > 0
