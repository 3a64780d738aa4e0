"""A real browser for tests of pages: the system's Chromium, headless, that writes down what a page complains of and asks for.

Nothing about any page lives here. `with browsing() as visit: visit.page.goto(…)`; the test skips where there is no Chromium.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# The last one makes every name but this machine's unknown: a page that fetches from elsewhere fails as it would offline.
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]  # fmt: skip


@dataclass
class Visit:
    """One page of the browser, the errors it reported (console and exceptions), and the addresses it asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def strangers(self) -> list[str]:
        """The addresses asked for that are neither on this machine nor inside the page itself."""
        return [url for url in self.requests if urlsplit(url).hostname not in (None, "127.0.0.1", "localhost")]

    def listen(self) -> None:
        """Starts to write down."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)


@contextmanager
def browsing(width: int = 1280, height: int = 800) -> Iterator[Visit]:
    """A fresh browser with one page of this size in pixels; skips the test where there is no Chromium."""
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        try:
            visit = Visit(browser.new_page(viewport={"width": width, "height": height}))
            visit.listen()
            yield visit
        finally:
            browser.close()
