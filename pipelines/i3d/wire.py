"""The connections to the one host: a GET in, an answer out. httpx is imported here and nowhere else.

What an answer means, and whether it is worth another try, is decided in `transport.py`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from urllib.parse import urlencode
from urllib.request import getproxies, proxy_bypass

import httpx

from pipelines.errors import UnreachableError
from pipelines.settings import is_loopback

HEADERS = {"Accept": "application/json, */*;q=0.5", "Accept-Encoding": "gzip, deflate", "User-Agent": "i3d-warehouse"}
Response = httpx.Response
BrokenError = httpx.HTTPError


class TokenAuth(httpx.Auth):
    """Adds PRIVATE-TOKEN to requests to the configured host, and to nothing else."""

    def __init__(self, base: httpx.URL, token: str) -> None:
        self.origin, self.token = (base.scheme, base.host, base.port), token

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        """Called once for every request."""
        if (request.url.scheme, request.url.host, request.url.port) == self.origin:
            request.headers["PRIVATE-TOKEN"] = self.token
        yield request


class Wire:
    """Sends GETs to one host, safe to share between threads.

    A request has a connection to itself: a pool that many threads share costs each of them as much as the request. There
    are as many connections as requests under way, and the one used last is taken first. Nothing at this level follows a
    redirect or keeps a cookie.
    """

    def __init__(self, base: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self.base, self.given = httpx.URL(base), transport
        self.host, self.prefix = self.base.host, self.base.raw_path.rstrip(b"/")
        self.auth = TokenAuth(self.base, token)
        self.headers = httpx.Headers(HEADERS)
        self.context = httpx.create_ssl_context()
        self.proxy = proxy_of(self.base.scheme, self.host)
        self.idle: deque[httpx.BaseTransport] = deque()

    def close(self) -> None:
        """Closes the connections that no request holds."""
        while self.idle:
            self.idle.pop().close()

    def get(
        self, path: str, query: dict[str, str], headers: dict[str, str], timeout: httpx.Timeout, ends: float
    ) -> tuple[Response, bytes]:
        """The answer with its whole body.

        Raises BrokenError when it does not come or breaks off, UnreachableError when it still trickles at the monotonic
        time `ends`.
        """
        request = self._request(path, query, headers, timeout)
        connection = self._take()
        try:
            response = connection.handle_request(request)
            response.request = request
            try:
                return response, _body(response, ends)
            finally:
                response.close()
        finally:
            if self.given is None:
                self.idle.append(connection)

    def _request(self, path: str, query: dict[str, str], headers: dict[str, str], timeout: httpx.Timeout) -> httpx.Request:
        target = self.prefix + path.encode("ascii") + (b"?" + urlencode(query).encode("ascii") if query else b"")
        request = httpx.Request(
            "GET", self.base.copy_with(raw_path=target), headers=self.headers, extensions={"timeout": timeout.as_dict()}
        )
        request.headers.update(headers)
        return next(self.auth.auth_flow(request))

    def _take(self) -> httpx.BaseTransport:
        if self.given is not None:
            return self.given
        try:
            return self.idle.pop()
        except IndexError:
            return httpx.HTTPTransport(verify=self.context, trust_env=False, proxy=self.proxy, limits=ONE)


ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


def _body(response: Response, ends: float) -> bytes:
    parts = []
    for part in response.iter_bytes():
        parts.append(part)
        if time.monotonic() > ends:
            raise UnreachableError(f"The answer to GET {response.request.url.path} took longer than the deadline.")
    return b"".join(parts)


def proxy_of(scheme: str, host: str) -> str | None:
    """The proxy that the machine's settings name for a host, none for the machine itself."""
    if is_loopback(host) or proxy_bypass(host):
        return None
    found = getproxies()
    return found.get(scheme) or found.get("all")


def timeout_of(seconds: float) -> httpx.Timeout:
    """How long one read may stay silent; a connection is there sooner or not at all."""
    return httpx.Timeout(seconds, connect=min(seconds, 15))
