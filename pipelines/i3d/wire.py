"""The connections to the one host: a request in, an answer out. httpx is imported here and nowhere else.

What an answer means, and whether it is worth another try, is decided in `transport.py`.
"""

from __future__ import annotations

import ssl
import time
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlencode
from urllib.request import getproxies, proxy_bypass

import httpx

from pipelines.errors import UnreachableError
from pipelines.settings import is_loopback

HEADERS = {"Accept": "application/json, */*;q=0.5", "Accept-Encoding": "gzip, deflate", "User-Agent": "i3d-warehouse"}
Response = httpx.Response
BrokenError = httpx.HTTPError
# Failures before the first byte of a request has left.
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
Upload = dict[str, tuple[str, bytes, str]]


@cache
def trusted() -> ssl.SSLContext:
    """The certificate authorities this machine trusts; they take longer to read than a request takes."""
    return httpx.create_ssl_context()


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
    """Sends requests to one host, safe to share between threads.

    A request has a connection to itself: a pool that many threads share costs each of them as much as the request. There
    are as many connections as requests under way, and the one used last is taken first. Nothing at this level follows a
    redirect or keeps a cookie.
    """

    def __init__(self, base: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self.base, self.given = httpx.URL(base), transport
        self.host, self.prefix = self.base.host, self.base.raw_path.rstrip(b"/")
        self.auth = TokenAuth(self.base, token)
        self.headers = httpx.Headers(HEADERS)
        self.context = trusted()
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
        request = self._request("GET", path + (f"?{urlencode(query)}" if query else ""), headers, timeout)
        connection = self._take()
        try:
            return _exchange(connection, request, ends)
        finally:
            if self.given is None:
                self.idle.append(connection)

    def send(
        self, method: str, path: str, content: bytes | None, files: Upload | None, timeout: httpx.Timeout, ends: float
    ) -> tuple[Response, bytes]:
        """The answer to a write, on a connection of its own. Errors as `get`; an UNSENT one says that nothing has left.

        A connection that has been idle may be dead, and then nobody could say whether the write has left.
        """
        kind = {"Content-Type": "application/json"} if content is not None else {}
        request = self._request(method, path, kind, timeout, content=content, files=files)
        connection = self.given or self._open()
        try:
            return _exchange(connection, request, ends)
        finally:
            if self.given is None:
                connection.close()

    def _request(
        self, method: str, target: str, headers: dict[str, str], timeout: httpx.Timeout, **body: Any
    ) -> httpx.Request:
        url = self.base.copy_with(raw_path=self.prefix + target.encode("ascii"))
        request = httpx.Request(method, url, headers=self.headers, extensions={"timeout": timeout.as_dict()}, **body)
        request.headers.update(headers)
        return next(self.auth.auth_flow(request))

    def _take(self) -> httpx.BaseTransport:
        if self.given is not None:
            return self.given
        try:
            return self.idle.pop()
        except IndexError:
            return self._open()

    def _open(self) -> httpx.BaseTransport:
        return httpx.HTTPTransport(verify=self.context, trust_env=False, proxy=self.proxy, limits=ONE)


ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


def _exchange(connection: httpx.BaseTransport, request: httpx.Request, ends: float) -> tuple[Response, bytes]:
    response = connection.handle_request(request)
    response.request = request
    try:
        return response, _body(response, ends)
    finally:
        response.close()


def _body(response: Response, ends: float) -> bytes:
    parts = []
    for part in response.iter_bytes():
        parts.append(part)
        if time.monotonic() > ends:
            what = f"{response.request.method} {response.request.url.path}"
            raise UnreachableError(f"The answer to {what} took longer than the deadline.")
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
