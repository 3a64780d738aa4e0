"""Connections to one host with one key: where the key goes, and where it never goes. No request is made here."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext

import httpx

from pipelines.settings import Settings, is_loopback


class TokenAuth(httpx.Auth):
    """Adds PRIVATE-TOKEN to requests to the configured host, and to nothing else."""

    def __init__(self, base: httpx.URL, token: str) -> None:
        self.origin, self.token = (base.scheme, base.host, base.port), token

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        """httpx calls this once for every request."""
        if (request.url.scheme, request.url.host, request.url.port) == self.origin:
            request.headers["PRIVATE-TOKEN"] = self.token
        yield request


def connections(settings: Settings, token: str, kept: int, transport: httpx.BaseTransport | None) -> httpx.Client:
    """A pool that keeps at most `kept` idle connections, follows no redirect, takes no cookie."""
    base = httpx.URL(settings.base_url)
    return httpx.Client(
        base_url=base,
        auth=TokenAuth(base, token),
        follow_redirects=False,
        timeout=timeout_of(settings.timeout_seconds),
        limits=httpx.Limits(max_connections=settings.concurrency, max_keepalive_connections=kept),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"Accept": "application/json, */*;q=0.5", "User-Agent": "i3d-warehouse"},
        trust_env=not is_loopback(base.host),
        verify=_trusted(),
        transport=transport,
    )


@cache
def _trusted() -> SSLContext:
    """The certificates of this machine, which take a while to read."""
    return httpx.create_ssl_context()


def timeout_of(seconds: float) -> httpx.Timeout:
    """A timeout of every step, shorter for the connection."""
    return httpx.Timeout(seconds, connect=min(seconds, 15))
