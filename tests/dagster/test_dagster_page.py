"""Dagster's page in a real browser, over the instance of a night: what a person opens is there, and nothing complains.

With I3D_SCREENSHOTS set, the pictures of the documents are made again.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from audit import ROOT
from browser import Visit, browsing

from pipelines.ui import WORKSPACE

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dagster")]
PICTURES = ROOT / "docs" / "images"
WAIT = 60_000
# Read before the fixtures take all settings away.
WANTED = bool(os.environ.get("I3D_SCREENSHOTS"))


@pytest.fixture(scope="module")
def address(night) -> Iterator[str]:
    """A webserver of its own, without a daemon: nothing runs."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (night.home / "workspace.yaml").write_text(WORKSPACE)
    place = ["--host", "127.0.0.1", "--port", str(port), "--workspace", str(night.home / "workspace.yaml")]
    given = {"env": os.environ | night.environment(), "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, "-m", "dagster_webserver", *place], **given)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                httpx.get(f"{url}/server_info")
                break
            except httpx.TransportError:
                time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=200)


@pytest.fixture(scope="module")
def visit() -> Iterator[Visit]:
    with browsing(1360, 850) as opened:
        yield opened


@pytest.fixture
def look(visit: Visit, address: str):
    """Opens a page, waits for words that it shows when it is ready, and checks that nothing went wrong until then."""

    def show(path: str, *words: str, picture: str = "") -> None:
        visit.errors.clear()
        visit.page.goto(address + path)
        for word in words:
            visit.page.get_by_text(word, exact=True).first.wait_for(timeout=WAIT)
        visit.page.wait_for_load_state("networkidle", timeout=WAIT)
        if WANTED and picture:
            PICTURES.mkdir(exist_ok=True)
            visit.page.screenshot(path=PICTURES / f"dagster-{picture}.png")
        assert visit.errors == []
        assert visit.strangers() == []
        assert visit.page.get_by_text("Unexpected GraphQL error").count() == 0

    return show


def test_the_lineage_of_everything_opens(look):
    look("/asset-groups", "telemetry", "staging", "intermediate", "marts", "published", picture="lineage")


def test_a_raw_table_shows_its_state_its_columns_and_where_to_read_on(look):
    words = ("Latest check results", "Row count", "One row per invoice or credit note.", "Source code")
    look("/assets/raw_i3d/invoices?view=overview", *words, "creation_date", "raw_i3d.invoices", picture="table")


def test_a_mart_shows_its_checks_and_what_it_is_made_from(look):
    look("/assets/marts/services?view=checks", "unique_services_service_key", "Succeeded", picture="checks")
    look("/assets/marts/services?view=lineage&lineageScope=upstream", "intermediate", "staging", "services")


def test_the_launchpad_of_a_write_opens_with_a_dry_run(look):
    words = ("dry_run", "Scaffold missing config", "Launch Run")
    look("/locations/i3d/jobs/write_create_ticket/playground", *words, picture="write")
